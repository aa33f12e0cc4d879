#include "tests/tidy/source_view.hpp"

#include <algorithm>
#include <cctype>
#include <regex>

namespace whorl::tidy {
namespace {

bool word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// The end (one past) of the literal or comment that begins at `at`; `at` itself when none does.
std::size_t end_of_opaque(std::string_view text, std::size_t at) {
  const auto past = [&](std::string_view closing, std::size_t from) {
    const std::size_t found = text.find(closing, from);
    return found == std::string_view::npos ? text.size() : found + closing.size();
  };
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("//")) return std::min(text.find('\n', at), text.size());
  if (rest.starts_with("/*")) return past("*/", at + 2);
  const char before = at == 0 ? ' ' : text[at - 1];
  if (rest.starts_with("R\"") && !word_character(before)) {
    const std::size_t open = text.find('(', at);
    if (open == std::string_view::npos) return text.size();
    return past(")" + std::string(text.substr(at + 2, open - at - 2)) + "\"", open);
  }
  // An apostrophe after a digit or letter separates digits, as in 1'000.
  if (rest[0] != '"' && !(rest[0] == '\'' && !word_character(before))) return at;
  std::size_t end = at + 1;
  while (end < text.size() && text[end] != rest[0] && text[end] != '\n') {
    end += text[end] == '\\' ? 2 : 1;
  }
  return std::min(end + 1, text.size());
}

void blank(std::string& text, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to && i < text.size(); ++i) {
    if (text[i] != '\n') text[i] = ' ';
  }
}

void blank_preprocessor(std::string& text) {
  bool continued = false;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::size_t first = text.find_first_not_of(" \t", start);
    const bool directive = continued || (first < end && text[first] == '#');
    continued = directive && end > start && text[end - 1] == '\\';
    if (directive) blank(text, start, end);
    start = end + 1;
  }
}

enum class block { scope, function, other };

/// What a brace opens, from the text between the last `;`, `{` or `}` and the brace.
block kind_of(std::string head, bool after_function) {
  static const std::regex labels(R"(^(\s|public:|private:|protected:)+)");
  static const std::regex scope(
      R"(^(template\s*<[^()]*>\s*)?(inline\s+)?(namespace|struct|class|enum|union|extern)\b)");
  head = std::regex_replace(head, labels, "");
  while (!head.empty() && std::isspace(static_cast<unsigned char>(head.back()))) head.pop_back();
  // `f() : a_{1}, b_{2} {`: each brace of the initialisers ends a head; the body follows with none.
  if (head.empty() || head.front() == ',') return after_function ? block::function : block::other;
  if (std::regex_search(head, scope)) return block::scope;
  if (head.back() == '=' || head.find(')') == std::string::npos) return block::other;
  return block::function;
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::size_t line_at(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

std::string code_only(std::string_view text) {
  std::string code(text);
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = end_of_opaque(text, at);
    blank(code, at, end);
    at = end > at ? end : at + 1;
  }
  blank_preprocessor(code);
  return code;
}

std::vector<include_line> includes_of(std::string_view text) {
  static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  std::vector<include_line> found;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    std::match_results<std::string_view::const_iterator> match;
    if (std::regex_search(line.begin(), line.end(), match, include)) {
      found.push_back({number, match[1].str()});
    }
  }
  return found;
}

std::vector<function_span> functions_of(std::string_view text) {
  const std::string code = code_only(text);
  std::vector<function_span> found;
  std::vector<block> open;
  bool inside = false;          // of a function or an initialiser: only braces count there
  bool after_function = false;  // the last block closed at this level was a function's
  std::size_t depth_inside = 0;
  std::size_t head_start = 0;
  std::size_t line = 1;
  for (std::size_t at = 0; at < code.size(); ++at) {
    const char c = code[at];
    if (c == '\n') ++line;
    if (inside) {
      if (c == '{') ++depth_inside;
      if (c != '}' || --depth_inside > 0) continue;
      after_function = open.back() == block::function;
      if (after_function) found.back().last_line = line;
      open.pop_back();
      inside = false;
      head_start = at + 1;
    } else if (c == '{') {
      open.push_back(kind_of(code.substr(head_start, at - head_start), after_function));
      inside = open.back() != block::scope;
      depth_inside = 1;
      if (open.back() == block::function) found.push_back({line, line});
      head_start = at + 1;
      after_function = false;
    } else if (c == '}' || c == ';') {
      if (c == '}' && !open.empty()) open.pop_back();
      head_start = at + 1;
      after_function = false;
    }
  }
  return found;
}

}  // namespace whorl::tidy
