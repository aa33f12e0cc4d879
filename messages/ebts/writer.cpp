#include "messages/ebts/writer.hpp"

#include <algorithm>
#include <string>

#include "messages/ebts/content.hpp"
#include "messages/ebts/place.hpp"
#include "messages/ebts/separators.hpp"
#include "messages/invariant.hpp"

namespace whorl::ebts {
namespace {

void put(bytes& out, std::string_view text) {
  const auto* from = reinterpret_cast<const std::byte*>(text.data());
  out.insert(out.end(), from, from + text.size());
}

void put(bytes& out, char c) { out.push_back(static_cast<std::byte>(c)); }

void put_big_endian(bytes& out, std::size_t value, int size) {
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
    out.push_back(static_cast<std::byte>(value >> shift & 0xff));
}

void put_field(bytes& out, const field& one) {
  put(out, one.tag);
  put(out, ':');
  for (std::size_t s = 0; s < one.subfields.size(); ++s) {
    if (s > 0) put(out, rs);
    const auto& items = one.subfields[s].items;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) put(out, us);
      INVARIANT(std::ranges::none_of(items[i], is_separator));
      put(out, items[i]);
    }
  }
  out.insert(out.end(), one.data.begin(), one.data.end());
}

/// LEN counts itself: the spelling it had if that is right, else the shortest.
std::string length_text(std::string_view spelled, std::size_t others) {
  if (parse_number(spelled) == others + spelled.size()) return std::string(spelled);
  std::size_t digits = 1;
  while (std::to_string(others + digits).size() > digits) ++digits;
  return std::to_string(others + digits);
}

void put_tagged(bytes& out, const record& one, const field* content) {
  const bool has_length = !one.fields.empty() && one.fields[0].number == 1;
  const std::string tag = has_length ? one.fields[0].tag : tag_of(one.type, 1);
  bytes body;
  for (std::size_t i = has_length ? 1 : 0; i < one.fields.size(); ++i) {
    put(body, gs);
    const bool is_content = content != nullptr && one.fields[i].number == 3;
    put_field(body, is_content ? *content : one.fields[i]);
  }
  if (body.empty()) put(body, gs);
  const std::string_view spelled = has_length ? one.text(1).value_or("") : "";
  put(out, tag);
  put(out, ':');
  put(out, length_text(spelled, tag.size() + 1 + body.size() + 1));
  out.insert(out.end(), body.begin(), body.end());
  put(out, fs);
}

void put_image(bytes& out, const record& one) {
  put_big_endian(out, type4_header_bytes + one.data.size(), 4);
  out.push_back(static_cast<std::byte>(one.image.idc));
  out.push_back(static_cast<std::byte>(one.image.imp));
  for (std::uint8_t finger : one.image.fgp) out.push_back(static_cast<std::byte>(finger));
  out.push_back(static_cast<std::byte>(one.image.isr));
  put_big_endian(out, one.image.hll, 2);
  put_big_endian(out, one.image.vll, 2);
  out.push_back(static_cast<std::byte>(one.image.gca));
  out.insert(out.end(), one.data.begin(), one.data.end());
}

}  // namespace

bytes write_transaction(const transaction& whole) {
  bytes out;
  for (std::size_t i = 0; i < whole.records.size(); ++i) {
    const record& one = whole.records[i];
    if (one.kind == record_kind::opaque) {
      out.insert(out.end(), one.data.begin(), one.data.end());
    } else if (one.kind == record_kind::image) {
      put_image(out, one);
    } else if (i > 0) {
      put_tagged(out, one, nullptr);
    } else {
      const std::vector<content_entry> entries = content_of(whole);
      const auto announced = read_content(one);
      field content;
      content.number = 3;
      content.tag = one.find(3) != nullptr ? one.find(3)->tag : tag_of(1, 3);
      content.subfields = make_content(entries);
      put_tagged(out, one, announced && *announced == entries ? nullptr : &content);
    }
  }
  return out;
}

}  // namespace whorl::ebts
