// Rule-sets as TOML files (docs/RULES.md), and those that come with the program. Every error names
// file, line, key and what is allowed there. Limits: limits::rule_file_bytes_max and others.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/casework/rule_set.hpp"
#include "messages/result.hpp"

namespace whorl::casework {

/// `text` is the file's content, `file` its name in errors. Errors: invalid_input, limit_exceeded.
result<rule_set> parse_rules(std::string_view text, const std::string& file);

/// A rule-set that was compiled in from actors/casework/rules/.
struct shipped_file {
  std::string_view name, text;
};
std::span<const shipped_file> shipped_files();
/// All of them, read. They are tested to be good.
std::vector<rule_set> shipped_rules();

/// How grave a charge is by its NCIC code alone, for the question which of several is the most
/// serious: its level under the set 2008-10, which asks for nothing but the code. 1 to 3, 0 none.
std::uint8_t level_by_code(std::string_view ncic_code);

}  // namespace whorl::casework
