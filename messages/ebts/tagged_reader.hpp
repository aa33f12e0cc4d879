// Reads one record made of tagged fields: T.001:LEN GS T.002:IDC GS ... FS. Used by reader.cpp
// only; refers to the file's bytes during the call and keeps none of them.
#pragma once

#include <bitset>
#include <cstddef>
#include <string_view>

#include "messages/ebts/place.hpp"
#include "messages/ebts/transaction.hpp"
#include "messages/result.hpp"

namespace whorl::ebts {

/// What the whole file gives to each record's reader.
struct file_context {
  std::string_view text;       ///< the whole file
  std::bitset<128> types;      ///< record types that CNT announces
  std::size_t items_left = 0;  ///< of transaction_items_max
};

/// A tagged record at `begin`, of the type and ordinal in `at`. Its end is `begin` + LEN.
/// A type that is not is_known_type comes back opaque, with its IDC.
struct tagged_outcome {
  record value;
  std::size_t end = 0;
};
result<tagged_outcome> read_tagged(file_context& file, std::size_t begin, place at);

}  // namespace whorl::ebts
