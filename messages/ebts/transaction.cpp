#include "messages/ebts/transaction.hpp"

#include <algorithm>
#include <utility>

namespace whorl::ebts {

const field* record::find(std::uint16_t number) const {
  for (const field& one : fields)
    if (one.number == number && tag_type(one.tag) == type) return &one;
  return nullptr;
}

std::optional<std::string_view> record::text(std::uint16_t number) const {
  const field* found = find(number);
  if (found == nullptr || found->subfields.empty() || found->subfields[0].items.empty())
    return std::nullopt;
  return found->subfields[0].items[0];
}

const record* transaction::find(std::uint8_t type) const {
  for (const record& one : records)
    if (one.type == type) return &one;
  return nullptr;
}

std::optional<std::string_view> transaction::text(std::uint8_t type, std::uint16_t number) const {
  const record* found = find(type);
  return found == nullptr ? std::nullopt : found->text(number);
}

std::size_t transaction::count(std::uint8_t type) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(records, [type](const record& one) { return one.type == type; }));
}

bool is_known_type(unsigned type) {
  constexpr std::array<unsigned, 8> known = {1, 2, 4, 9, 10, 13, 14, 15};
  return std::ranges::find(known, type) != known.end();
}

std::string tag_of(unsigned type, unsigned number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  return std::to_string(type) + '.' + digits;
}

unsigned tag_type(std::string_view tag) {
  unsigned type = 0;
  for (char c : tag.substr(0, 3)) {
    if (c < '0' || c > '9') break;
    type = type * 10 + static_cast<unsigned>(c - '0');
  }
  return type;
}

field make_field(unsigned type, std::uint16_t number, std::string value) {
  return make_field(type, number, std::vector<std::string>{std::move(value)});
}

field make_field(unsigned type, std::uint16_t number, std::vector<std::string> items) {
  field made;
  made.number = number;
  made.tag = tag_of(type, number);
  made.subfields.push_back({std::move(items)});
  return made;
}

}  // namespace whorl::ebts
