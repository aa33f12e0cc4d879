#include "messages/ebts/charset.hpp"

#include <algorithm>

#include "messages/ebts/place.hpp"

namespace whorl::ebts {
namespace {

/// DCS lists index, name and version of each set; index 000 is 7-bit ASCII.
bool declares_other_sets(const transaction& whole) {
  const record* type1 = whole.find(1);
  const field* dcs = type1 == nullptr ? nullptr : type1->find(15);
  return dcs != nullptr && std::ranges::any_of(dcs->subfields, [](const subfield& one) {
           return parse_number(one.items[0]) != 0u;
         });
}

bool is_allowed(char c, bool other_sets) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte > 0x7e) return other_sets;
  // STX begins a string of another set (ANSI/NIST-ITL 1-2007, "alternate character sets").
  return byte >= 0x20 || c == '\t' || c == '\r' || c == '\n' || (other_sets && c == '\x02');
}

}  // namespace

bool is_printable_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

status check_ascii(const transaction& whole) {
  const bool other_sets = declares_other_sets(whole);
  for (std::size_t r = 0; r < whole.records.size(); ++r) {
    for (const field& one : whole.records[r].fields) {
      for (const subfield& sub : one.subfields) {
        for (const std::string& item : sub.items) {
          if (std::ranges::all_of(item, [&](char c) { return is_allowed(c, other_sets); }))
            continue;
          place at = place_of(whole.records[r], r + 1, one.number);
          at.tag = one.tag;
          at.offset = one.offset;
          return refuse(errc::invalid_input, at, shown(item), "7-bit ASCII text",
                        "spell it in ASCII, or declare the character set in 1.015");
        }
      }
    }
  }
  return {};
}

}  // namespace whorl::ebts
