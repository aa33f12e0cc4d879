// CNT, field 1.003: which records follow Type-1, in order, each as type and IDC. The reader is
// driven by it (the traditional encoding names a binary record's type nowhere else); the writer
// remakes it.
#pragma once

#include <cstdint>
#include <vector>

#include "messages/ebts/transaction.hpp"
#include "messages/result.hpp"

namespace whorl::ebts {

struct content_entry {
  std::uint8_t type = 0;
  std::uint16_t idc = 0;
  friend bool operator==(const content_entry&, const content_entry&) = default;
};

/// What CNT of this Type-1 record announces. Errors name field 1.003 and its offset.
result<std::vector<content_entry>> read_content(const record& type1);
/// What the records after the first are.
std::vector<content_entry> content_of(const transaction& whole);
/// The subfields of CNT that announce `entries`.
std::vector<subfield> make_content(const std::vector<content_entry>& entries);

}  // namespace whorl::ebts
