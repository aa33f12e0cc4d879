// Where in a transaction something is wrong, in one form of words: record (ordinal, type, IDC),
// field, byte offset, what was found, what was expected. Shared by the reader and whoever
// interprets fields.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "messages/ebts/transaction.hpp"
#include "messages/error.hpp"

namespace whorl::ebts {

struct place {
  std::size_t ordinal = 1;  ///< of the record in the file, from 1
  unsigned type = 1;
  std::optional<unsigned> idc;
  std::string tag;  ///< of the field, as text; empty when the record as a whole is meant
  std::uint64_t offset = 0;
};

/// "record 3 (Type-14, IDC 02), field 14.006, offset 1234: found X, expected Y; <advice>".
error refuse(errc code, const place& at, std::string_view found, std::string_view expected,
             std::string_view advice = "the file is damaged or not ANSI/NIST-ITL: send it again");

/// The same for a field of a record that was read. `ordinal` counts from 1.
place place_of(const record& in, std::size_t ordinal, unsigned field_number);

/// At most 32 bytes of `text` in quotes; separators as <GS>, other unprintable bytes as \xNN.
std::string shown(std::string_view text);

/// The number that `text` spells in at most `digits_max` decimal digits; none when it is anything
/// else.
std::optional<std::uint32_t> parse_number(std::string_view text, std::size_t digits_max = 9);

}  // namespace whorl::ebts
