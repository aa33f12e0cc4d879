#include "actors/settings/toml_reader.hpp"

#include <algorithm>

#include "messages/limits.hpp"

namespace whorl::settings {
namespace {

/// Knows neither quotes nor comments: a text of more than 16 dots on one line is refused with it.
status check_nesting(std::string_view text, const std::string& file) {
  std::size_t line = 1, dots = 0, opened = 0, open = 0;
  for (const char c : text) {
    if (c == '\n') {
      ++line;
      dots = opened = 0;
    } else {
      dots += c == '.';
      if (c == '[' || c == '{') ++opened, ++open;
      if ((c == ']' || c == '}') && open > 0) --open;
    }
    if (std::max({dots, opened, open}) > limits::config_nesting_max)
      return make_error(errc::limit_exceeded,
                        file + ":" + std::to_string(line) + ": more than " +
                            std::to_string(limits::config_nesting_max) +
                            " dots or open brackets: tables nest at most twice here");
  }
  return {};
}

}  // namespace

result<toml::table> parse_toml(std::string_view text, const std::string& file,
                               std::size_t bytes_max) {
  if (text.size() > bytes_max)
    return make_error(errc::limit_exceeded, file + " has " + std::to_string(text.size()) +
                                                " bytes: at most " + std::to_string(bytes_max));
  WHORL_TRY(check_nesting(text, file));
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& e) {  // the edge of toml++
    return make_error(errc::invalid_input, file + ":" + std::to_string(e.source().begin.line) +
                                               ": " + std::string(e.description()));
  }
}

void toml_reader::refuse(const toml::node& where, std::string_view key, const std::string& why) {
  if (failed_) return;
  failed_ = true;
  failure_ =
      make_error(errc::invalid_input, file_ + ":" + std::to_string(where.source().begin.line) +
                                          ": " + std::string(key) + ": " + why);
}

void toml_reader::known(const toml::table& table, const std::string& prefix,
                        std::initializer_list<std::string_view> allowed) {
  for (const auto& [key, value] : table) {
    const std::string name(key.str());
    bool found = false;
    std::string list;
    for (std::string_view a : allowed) {
      found = found || a == name;
      list += (list.empty() ? "" : ", ") + std::string(a);
    }
    if (!found) refuse(value, prefix + name, "no such key; allowed here: " + list);
  }
}

std::string toml_reader::text_value(const toml::node& node, const std::string& name) {
  const auto value = node.value<std::string>();
  if (!node.is_string() || !value || value->size() > limits::text_max)
    refuse(node, name,
           "expected a text in quotes, at most " + std::to_string(limits::text_max) + " bytes");
  return value.value_or("");
}

std::string toml_reader::text(const toml::table& table, std::string_view key,
                              const std::string& name, bool required) {
  const toml::node* n = table.get(key);
  if (n != nullptr) return text_value(*n, name);
  if (required) refuse(table, name, "missing; a text in quotes is expected");
  return {};
}

void toml_reader::number(const toml::table& table, std::string_view key, const std::string& name,
                         std::int64_t& out, std::int64_t low, std::int64_t high) {
  const toml::node* n = table.get(key);
  if (n == nullptr) return;
  // Whole numbers alone: toml++ 3.3 casts 2e125 to 64 bits before it looks, which is undefined.
  const auto* value = n->as_integer();
  if (value == nullptr || value->get() < low || value->get() > high)
    return refuse(
        *n, name,
        "expected a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  out = value->get();
}

void toml_reader::boolean(const toml::table& table, std::string_view key, const std::string& name,
                          bool& out) {
  const toml::node* n = table.get(key);
  if (n == nullptr) return;
  if (!n->is_boolean()) return refuse(*n, name, "expected true or false");
  out = n->value<bool>().value_or(out);
}

}  // namespace whorl::settings
