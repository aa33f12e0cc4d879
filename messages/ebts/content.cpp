#include "messages/ebts/content.hpp"

#include "messages/ebts/place.hpp"
#include "messages/limits.hpp"

namespace whorl::ebts {

result<std::vector<content_entry>> read_content(const record& type1) {
  const place at = place_of(type1, 1, 3);
  const field* cnt = type1.find(3);
  if (cnt == nullptr || cnt->subfields.empty())
    return refuse(errc::invalid_input, at, "no CNT", "the list of the records that follow");
  const auto& head = cnt->subfields[0].items;
  if (head.size() != 2 || parse_number(head[0]) != 1u)
    return refuse(errc::invalid_input, at, shown(head.empty() ? "" : head[0]),
                  "1<US> and the number of records that follow");
  if (cnt->subfields.size() > limits::transaction_records_max)
    return refuse(errc::limit_exceeded, at, std::to_string(cnt->subfields.size()) + " records",
                  "at most " + std::to_string(limits::transaction_records_max));
  if (parse_number(head[1]) != cnt->subfields.size() - 1)
    return refuse(errc::invalid_input, at, "a count of " + shown(head[1]),
                  std::to_string(cnt->subfields.size() - 1) + ", the number of entries behind it");
  std::vector<content_entry> entries;
  for (std::size_t i = 1; i < cnt->subfields.size(); ++i) {
    const auto& items = cnt->subfields[i].items;
    const std::string which = "entry " + std::to_string(i) + " of CNT";
    if (items.size() != 2)
      return refuse(errc::invalid_input, at,
                    which + " with " + std::to_string(items.size()) + " items", "type<US>IDC");
    const auto type = parse_number(items[0], 2);
    const auto idc = parse_number(items[1], 4);
    if (!type || *type < 2)
      return refuse(errc::invalid_input, at, which + " of type " + shown(items[0]), "2 to 99");
    if (!idc)
      return refuse(errc::invalid_input, at, which + " with IDC " + shown(items[1]), "digits");
    entries.push_back({static_cast<std::uint8_t>(*type), static_cast<std::uint16_t>(*idc)});
  }
  return entries;
}

std::vector<content_entry> content_of(const transaction& whole) {
  std::vector<content_entry> entries;
  for (std::size_t i = 1; i < whole.records.size(); ++i)
    entries.push_back({whole.records[i].type, whole.records[i].idc.value_or(0)});
  return entries;
}

std::vector<subfield> make_content(const std::vector<content_entry>& entries) {
  std::vector<subfield> made;
  made.push_back({{"1", std::to_string(entries.size())}});
  for (const content_entry& one : entries)
    made.push_back(
        {{std::to_string(one.type), (one.idc < 10 ? "0" : "") + std::to_string(one.idc)}});
  return made;
}

}  // namespace whorl::ebts
