#include "messages/ebts/tagged_reader.hpp"

#include <algorithm>

#include "messages/ebts/separators.hpp"
#include "messages/ebts/shape.hpp"
#include "messages/limits.hpp"

namespace whorl::ebts {
namespace {

struct parsed_tag {
  unsigned type = 0;
  unsigned number = 0;
  std::size_t size = 0;  ///< without the colon
};

/// "14.006:" at the start of `text`: a type of one or two digits, a number of two or three.
std::optional<parsed_tag> parse_tag(std::string_view text) {
  const std::size_t colon = text.substr(0, 7).find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::size_t dot = text.substr(0, colon).find('.');
  if (dot == std::string_view::npos || text[0] == '0') return std::nullopt;
  const auto type = parse_number(text.substr(0, dot), 2);
  const auto number = parse_number(text.substr(dot + 1, colon - dot - 1), 3);
  if (!type || !number || *number == 0 || colon - dot - 1 < 2) return std::nullopt;
  return parsed_tag{*type, *number, colon};
}

class tagged_reader {
 public:
  tagged_reader(file_context& file, std::size_t begin, place at)
      : file_(file), begin_(begin), at_(std::move(at)) {}

  result<tagged_outcome> read() {
    WHORL_TRY(read_length());
    tagged_outcome outcome;
    outcome.end = end_;
    outcome.value.type = static_cast<std::uint8_t>(at_.type);
    outcome.value.offset = begin_;
    if (!is_known_type(at_.type)) {
      WHORL_TRY(read_opaque(outcome.value));
      return outcome;
    }
    std::size_t pos = begin_;
    while (pos < end_) WHORL_TRY(read_field(outcome.value, pos));
    if (at_.type != 1) {
      WHORL_ASSIGN(outcome.value.idc, idc_of(outcome.value));
    }
    if (at_.type == 9) {
      WHORL_TRY(check_count(outcome.value, 12, 10));    // MRC, MIN
      WHORL_TRY(check_count(outcome.value, 137, 136));  // FMD, NOM
    }
    return outcome;
  }

 private:
  error fail(std::size_t offset, std::string tag, std::string_view found, std::string_view expected,
             errc code = errc::invalid_input) {
    at_.offset = offset;
    at_.tag = std::move(tag);
    return refuse(code, at_, found, expected);
  }

  std::string_view upto(std::size_t pos, std::size_t end) const {
    return file_.text.substr(pos, end - pos);
  }

  /// The first field is LEN; the byte before begin + LEN is FS.
  status read_length() {
    const std::string tag = tag_of(at_.type, 1);
    const std::string_view rest = file_.text.substr(begin_);
    const auto parsed = parse_tag(rest);
    if (!parsed || parsed->type != at_.type || parsed->number != 1)
      return fail(begin_, tag, shown(rest.substr(0, 12)), "the record's first field " + tag + ":");
    const std::string_view value = rest.substr(parsed->size + 1, 12);
    const std::size_t digits = std::min(value.find_first_not_of("0123456789"), value.size());
    const auto length = parse_number(value.substr(0, digits));
    if (!length || digits == value.size() || value[digits] != gs)
      return fail(begin_ + parsed->size + 1, tag, shown(value),
                  "the record's length in at most 9 digits and <GS>");
    if (*length > rest.size())
      return fail(begin_ + parsed->size + 1, tag, "LEN " + std::to_string(*length),
                  "at most the " + std::to_string(rest.size()) + " bytes left in the file");
    if (*length < parsed->size + 1 + digits + 2)
      return fail(begin_ + parsed->size + 1, tag, "LEN " + std::to_string(*length),
                  "at least the length of this field itself");
    end_ = begin_ + *length;
    if (file_.text[end_ - 1] != fs)
      return fail(end_ - 1, tag, shown(upto(end_ - 1, end_)),
                  "<FS> as the last of the " + std::to_string(*length) + " bytes that LEN gives");
    return {};
  }

  status read_opaque(record& into) {
    into.kind = record_kind::opaque;
    const std::size_t second = file_.text.find(gs, begin_) + 1;  // read_length has seen that GS
    const auto parsed = parse_tag(upto(second, end_));
    const std::string tag = tag_of(at_.type, 2);
    if (second >= end_ || !parsed || parsed->type != at_.type || parsed->number != 2)
      return fail(second, tag, shown(upto(second, std::min(second + 12, end_))), tag + ":");
    const std::string_view value = upto(second + parsed->size + 1, end_);
    const auto idc = parse_number(value.substr(0, value.find_first_not_of("0123456789")), 4);
    if (!idc) return fail(second, tag, shown(value.substr(0, 6)), "an IDC of 1 to 4 digits");
    into.idc = static_cast<std::uint16_t>(*idc);
    const auto* from = reinterpret_cast<const std::byte*>(file_.text.data() + begin_);
    into.data.assign(from, from + (end_ - begin_));
    return {};
  }

  /// One field at `pos`; moves `pos` behind its separator.
  status read_field(record& into, std::size_t& pos) {
    const auto parsed = parse_tag(upto(pos, end_));
    if (!parsed)
      return fail(pos, into.fields.empty() ? "" : "after " + into.fields.back().tag,
                  shown(upto(pos, std::min(pos + 12, end_))),
                  "a field tag such as " + tag_of(at_.type, 4) + ":");
    field made;
    made.number = static_cast<std::uint16_t>(parsed->number);
    made.tag = upto(pos, pos + parsed->size);
    made.offset = pos;
    WHORL_TRY(check_tag(into, *parsed, made));
    const std::size_t value = pos + parsed->size + 1;
    if (parsed->number == 999 && at_.type >= 10) {  // image data: the rest of the record
      const auto* from = reinterpret_cast<const std::byte*>(file_.text.data() + value);
      made.data.assign(from, from + (end_ - 1 - value));
      pos = end_;
    } else {
      WHORL_TRY(read_value(made, value, pos));
    }
    into.fields.push_back(std::move(made));
    return {};
  }

  status check_tag(const record& into, const parsed_tag& parsed, const field& made) {
    if (into.fields.size() >= limits::record_fields_max)
      return fail(made.offset, made.tag, "one field more",
                  "at most " + std::to_string(limits::record_fields_max) + " fields in a record",
                  errc::limit_exceeded);
    const bool head = parsed.number == 1 || parsed.number == 2;
    // type9-13.an2k of NIST carries "13.005" inside a Type-9: kept as written, never looked up.
    if (parsed.type != at_.type && (head || parsed.number == 999 || !file_.types.test(parsed.type)))
      return fail(made.offset, made.tag, shown(made.tag),
                  "a tag of this record, " + std::to_string(at_.type) + ".nnn");
    const std::size_t index = into.fields.size();
    if ((parsed.number == 1) != (index == 0))
      return fail(made.offset, made.tag, "LEN again", "it once, as the record's first field");
    if (at_.type != 1 && (parsed.number == 2) != (index == 1))
      return fail(made.offset, made.tag, index == 1 ? shown(made.tag) : "IDC again",
                  tag_of(at_.type, 2) + " once, as the record's second field");
    if (at_.type == 1 && into.find(made.number) != nullptr)
      return fail(made.offset, made.tag, "the field again", "each field of Type-1 once");
    return {};
  }

  /// Subfields and items from `value` to the GS or FS behind them; moves `pos` behind that.
  status read_value(field& into, std::size_t value, std::size_t& pos) {
    std::size_t from = value;
    into.subfields.emplace_back();
    for (std::size_t i = value;; ++i) {
      const char c = file_.text[i];  // ends at the latest at the FS that read_length has seen
      if (!is_separator(c)) continue;
      WHORL_TRY(add_item(into, from, i));
      from = i + 1;
      if (c == rs) into.subfields.emplace_back();
      if (c == us || c == rs) continue;
      if (c == fs && i != end_ - 1)
        return fail(i, into.tag, "<FS>",
                    "it only at the record's end, offset " + std::to_string(end_ - 1) + " by LEN");
      if (c == gs && i == end_ - 2)
        return fail(i, into.tag, "<GS><FS>", "another field after <GS>");
      pos = i + 1;
      return check_shape(into, value);
    }
  }

  status add_item(field& into, std::size_t from, std::size_t end) {
    const std::string_view item = upto(from, end);
    const bool first = into.subfields.size() == 1 && into.subfields.back().items.empty();
    const auto tag = parse_tag(item);
    if (tag && !first && (tag->type == at_.type || file_.types.test(tag->type)))
      return fail(
          from - 1, into.tag,
          shown(file_.text.substr(from - 1, 1)) + " before " + shown(item.substr(0, tag->size + 1)),
          "<GS> before a field tag");
    if (into.subfields.size() > limits::field_subfields_max ||
        into.subfields.back().items.size() >= limits::field_subfields_max)
      return fail(from, into.tag, "one more",
                  "at most " + std::to_string(limits::field_subfields_max) + " subfields or items",
                  errc::limit_exceeded);
    if (file_.items_left == 0)
      return fail(from, into.tag, "one item more", "fewer items in the whole transaction",
                  errc::limit_exceeded);
    --file_.items_left;
    into.subfields.back().items.emplace_back(item);
    return {};
  }

  status check_shape(const field& made, std::size_t value) {
    const field_shape* shape = shape_of(at_.type, made.number);
    if (shape == nullptr) return {};
    if (made.subfields.size() > shape->subfields_max)
      return fail(value, made.tag, std::to_string(made.subfields.size()) + " subfields",
                  "at most " + std::to_string(shape->subfields_max));
    for (std::size_t i = 0; i < made.subfields.size(); ++i) {
      const std::size_t items = made.subfields[i].items.size();
      if (items >= shape->items_min && items <= shape->items_max) continue;
      return fail(value, made.tag,
                  std::to_string(items) + " items in subfield " + std::to_string(i + 1),
                  std::to_string(shape->items_min) + " to " + std::to_string(shape->items_max));
    }
    return {};
  }

  /// Minutiae are one a subfield; the field before them says how many.
  status check_count(const record& made, std::uint16_t number, std::uint16_t count_number) {
    const field* list = made.find(number);
    const field* count = made.find(count_number);
    if (list == nullptr || count == nullptr || list->subfields.empty()) return {};
    const std::string& text = count->subfields[0].items[0];
    if (parse_number(text) == list->subfields.size()) return {};
    return fail(count->offset, count->tag, "a count of " + shown(text),
                std::to_string(list->subfields.size()) + ", the subfields of " + list->tag);
  }

  result<std::optional<std::uint16_t>> idc_of(const record& made) {
    const field* idc = made.fields.size() < 2 ? nullptr : &made.fields[1];
    if (idc == nullptr)
      return fail(begin_, tag_of(at_.type, 2), "no IDC", "it as the record's second field");
    const bool single = idc->subfields.size() == 1 && idc->subfields[0].items.size() == 1;
    const auto value = parse_number(idc->subfields[0].items[0], 4);
    if (!single || !value)
      return fail(idc->offset, idc->tag, shown(idc->subfields[0].items[0]),
                  "an IDC of 1 to 4 digits");
    return std::optional<std::uint16_t>(static_cast<std::uint16_t>(*value));
  }

  file_context& file_;
  std::size_t begin_;
  std::size_t end_ = 0;
  place at_;
};

}  // namespace

result<tagged_outcome> read_tagged(file_context& file, std::size_t begin, place at) {
  return tagged_reader(file, begin, std::move(at)).read();
}

}  // namespace whorl::ebts
