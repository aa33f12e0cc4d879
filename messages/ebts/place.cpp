#include "messages/ebts/place.hpp"

#include "messages/ebts/separators.hpp"

namespace whorl::ebts {

error refuse(errc code, const place& at, std::string_view found, std::string_view expected,
             std::string_view advice) {
  std::string text = "record " + std::to_string(at.ordinal) + " (Type-" + std::to_string(at.type);
  if (at.idc) {
    text += *at.idc < 10 ? ", IDC 0" : ", IDC ";
    text += std::to_string(*at.idc);
  }
  text += ')';
  if (!at.tag.empty()) text += ", field " + at.tag;
  text += ", offset " + std::to_string(at.offset) + ": found ";
  text.append(found).append(", expected ").append(expected).append("; ").append(advice);
  return make_error(code, std::move(text));
}

place place_of(const record& in, std::size_t ordinal, unsigned field_number) {
  place at{ordinal, in.type, std::nullopt, tag_of(in.type, field_number), in.offset};
  if (in.idc) at.idc = *in.idc;
  for (const field& one : in.fields) {
    if (one.number != field_number) continue;
    at.tag = one.tag;
    at.offset = one.offset;
    break;
  }
  return at;
}

std::string shown(std::string_view text) {
  constexpr std::size_t shown_max = 32;
  constexpr const char* names[] = {"<FS>", "<GS>", "<RS>", "<US>"};
  constexpr char hex[] = "0123456789abcdef";
  std::string out = "'";
  for (char c : text.substr(0, shown_max)) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_separator(c)) {
      out += names[c - fs];
    } else if (byte >= 0x20 && byte < 0x7f) {
      out += c;
    } else {
      out += "\\x";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
  }
  out += text.size() > shown_max ? "...'" : "'";
  return out;
}

std::optional<std::uint32_t> parse_number(std::string_view text, std::size_t digits_max) {
  if (text.empty() || text.size() > digits_max || text.size() > 9) return std::nullopt;
  std::uint32_t value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return value;
}

}  // namespace whorl::ebts
