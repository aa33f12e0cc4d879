#include "messages/ebts/field_writer.hpp"

#include <algorithm>

#include "messages/ebts/charset.hpp"
#include "messages/ebts/place.hpp"

namespace whorl::ebts {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/// YYYYMMDD with a month and a day that exist in some year.
bool is_date(const std::string& value) {
  if (value.size() != 8 || !std::ranges::all_of(value, is_digit)) return false;
  const auto month = parse_number(value.substr(4, 2));
  const auto day = parse_number(value.substr(6, 2));
  return *month >= 1 && *month <= 12 && *day >= 1 && *day <= 31;
}

bool has_chars(const std::string& value, char_type chars) {
  switch (chars) {
    case char_type::letters:
      return std::ranges::all_of(value, is_letter);
    case char_type::digits:
      return std::ranges::all_of(value, is_digit);
    case char_type::letters_digits:
      return std::ranges::all_of(value, [](char c) { return is_letter(c) || is_digit(c); });
    case char_type::date:
      return is_date(value);
    case char_type::printable:
      break;
  }
  return is_printable_ascii(value);
}

const char* name_of(char_type chars) {
  switch (chars) {
    case char_type::letters:
      return "letters";
    case char_type::digits:
      return "digits";
    case char_type::letters_digits:
      return "letters and digits";
    case char_type::date:
      return "digits of a date YYYYMMDD";
    case char_type::printable:
      break;
  }
  return "printable 7-bit ASCII characters";
}

}  // namespace

void field_writer::fail(std::uint16_t number, const char* mnemonic, const std::string& found,
                        const std::string& expected) {
  if (failure_) return;
  failure_ =
      make_error(errc::invalid_input, "field " + tag_of(into_.type, number) + " (" + mnemonic +
                                          "): found " + found + ", expected " + expected +
                                          "; correct it before the transaction is built");
}

bool field_writer::fits(const text_rule& rule, const std::string& value) {
  const bool right_size = value.size() >= rule.size_min && value.size() <= rule.size_max;
  if (right_size && has_chars(value, rule.chars)) return true;
  fail(rule.number, rule.mnemonic, shown(value),
       std::to_string(rule.size_min) + " to " + std::to_string(rule.size_max) + " " +
           name_of(rule.chars));
  return false;
}

void field_writer::put(const text_rule& rule, const std::string& value) {
  if (fits(rule, value)) into_.fields.push_back(make_field(into_.type, rule.number, value));
}

void field_writer::put_optional(const text_rule& rule, const std::string& value) {
  if (!value.empty()) put(rule, value);
}

void field_writer::put_subfields(std::uint16_t number, std::vector<subfield> subfields) {
  field made;
  made.number = number;
  made.tag = tag_of(into_.type, number);
  made.subfields = std::move(subfields);
  into_.fields.push_back(std::move(made));
}

}  // namespace whorl::ebts
