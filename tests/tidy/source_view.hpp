// A C++ file as the tidy rules look at it: its lines, its includes, and its code with comments and
// literals blanked out, so that a brace in a string misleads nobody. Approximate on purpose: no
// compiler, only what the project's own style needs. Values, owned by the caller.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace whorl::tidy {

std::vector<std::string_view> lines_of(std::string_view text);

/// The line number, from 1, of a place in the text.
std::size_t line_at(std::string_view text, std::size_t offset);

/// The same text, same length and lines, with comments, literals and preprocessor lines blanked.
std::string code_only(std::string_view text);

struct include_line {
  std::size_t line = 0;
  std::string target;  ///< between the quotes or angle brackets
};
std::vector<include_line> includes_of(std::string_view text);

struct function_span {
  std::size_t first_line = 0;  ///< of the opening brace
  std::size_t last_line = 0;   ///< of the closing brace
  std::size_t lines() const { return last_line - first_line + 1; }
};
/// Bodies of functions outside other functions, by a crude count of braces.
std::vector<function_span> functions_of(std::string_view text);

}  // namespace whorl::tidy
