#include "messages/ebts/reader.hpp"

#include <string_view>

#include "messages/ebts/content.hpp"
#include "messages/ebts/separators.hpp"
#include "messages/ebts/tagged_reader.hpp"
#include "messages/limits.hpp"

namespace whorl::ebts {
namespace {

std::uint32_t big_endian(std::string_view text, std::size_t pos, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value = value << 8 | static_cast<unsigned char>(text[pos + i]);
  return value;
}

bytes copied(std::string_view text) {
  const auto* from = reinterpret_cast<const std::byte*>(text.data());
  return {from, from + text.size()};
}

/// Types 3 to 8: a length of four bytes, an IDC of one, then what the type defines.
result<record> read_binary(std::string_view text, std::size_t begin, place at) {
  const std::string_view rest = text.substr(begin);
  const std::size_t smallest = at.type == 4 ? type4_header_bytes : 5;
  at.offset = begin;
  at.tag = tag_of(at.type, 1);
  if (rest.size() < smallest)
    return refuse(errc::invalid_input, at, std::to_string(rest.size()) + " bytes left",
                  "a record of at least " + std::to_string(smallest));
  const std::uint32_t length = big_endian(rest, 0, 4);
  if (length < smallest || length > rest.size())
    return refuse(errc::invalid_input, at, "LEN " + std::to_string(length),
                  std::to_string(smallest) + " to the " + std::to_string(rest.size()) +
                      " bytes left in the file");
  record made;
  made.type = static_cast<std::uint8_t>(at.type);
  made.offset = begin;
  made.idc = static_cast<unsigned char>(rest[4]);
  if (at.type != 4) {
    made.kind = record_kind::opaque;
    made.data = copied(rest.substr(0, length));
    return made;
  }
  made.kind = record_kind::image;
  made.image.idc = static_cast<std::uint8_t>(rest[4]);
  made.image.imp = static_cast<std::uint8_t>(rest[5]);
  for (std::size_t i = 0; i < 6; ++i) made.image.fgp[i] = static_cast<std::uint8_t>(rest[6 + i]);
  made.image.isr = static_cast<std::uint8_t>(rest[12]);
  made.image.hll = static_cast<std::uint16_t>(big_endian(rest, 13, 2));
  made.image.vll = static_cast<std::uint16_t>(big_endian(rest, 15, 2));
  made.image.gca = static_cast<std::uint8_t>(rest[17]);
  if (made.image.isr > 1) {
    at.tag = tag_of(4, 5);
    at.offset = begin + 12;
    return refuse(errc::invalid_input, at, "ISR " + std::to_string(made.image.isr), "0 or 1");
  }
  made.data = copied(rest.substr(type4_header_bytes, length - type4_header_bytes));
  return made;
}

/// Record `ordinal` at `pos`, as CNT announces it; moves `pos` behind it.
result<record> read_record(file_context& file, std::size_t& pos, std::size_t ordinal,
                           content_entry announced) {
  place at{ordinal, announced.type, announced.idc, tag_of(announced.type, 1), pos};
  if (pos >= file.text.size())
    return refuse(errc::invalid_input, at, "the file's end",
                  "the record that CNT (1.003) announces");
  record made;
  std::size_t end = 0;
  if (is_tagged_type(announced.type)) {
    WHORL_ASSIGN(tagged_outcome outcome, read_tagged(file, pos, at));
    made = std::move(outcome.value);
    end = outcome.end;
  } else {
    WHORL_ASSIGN(made, read_binary(file.text, pos, at));
    end = pos + (made.kind == record_kind::image ? type4_header_bytes : 0) + made.data.size();
  }
  if (made.idc != announced.idc) {
    at.tag = tag_of(announced.type, 2);
    if (made.fields.size() > 1) at.offset = made.fields[1].offset;
    return refuse(errc::invalid_input, at, "IDC " + std::to_string(made.idc.value_or(0)),
                  "IDC " + std::to_string(announced.idc) + " as CNT (1.003) announces");
  }
  pos = end;
  return made;
}

}  // namespace

result<transaction> read_transaction(byte_view bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.size() > limits::transaction_bytes_max)
    return refuse(errc::limit_exceeded, {}, std::to_string(text.size()) + " bytes",
                  "at most " + std::to_string(limits::transaction_bytes_max),
                  "send fewer or smaller images");
  file_context file{text, {}, transaction_items_max};
  WHORL_ASSIGN(tagged_outcome first, read_tagged(file, 0, {}));
  WHORL_ASSIGN(const std::vector<content_entry> entries, read_content(first.value));
  for (const content_entry& one : entries) file.types.set(one.type);
  transaction whole;
  whole.records.reserve(entries.size() + 1);
  whole.records.push_back(std::move(first.value));
  std::size_t pos = first.end;
  for (const content_entry& one : entries) {
    WHORL_ASSIGN(record next, read_record(file, pos, whole.records.size() + 1, one));
    whole.records.push_back(std::move(next));
  }
  if (pos != text.size()) {
    const record& last = whole.records.back();
    place at{whole.records.size(), last.type, std::nullopt, "1.003", pos};
    if (last.idc) at.idc = *last.idc;
    return refuse(errc::invalid_input, at,
                  std::to_string(text.size() - pos) + " bytes after the last record",
                  "the file's end, since CNT announces no more records");
  }
  return whole;
}

}  // namespace whorl::ebts
