// The project's own rules as functions from (path, text) to violations: DESIGN's layout and style,
// checked instead of hoped for. Paths are relative to the source tree, with `/`. No file is read
// here: tidy_test.cpp walks the tree, rules_test.cpp shows that each rule can fail.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace whorl::tidy {

struct violation {
  std::string path;
  std::size_t line = 0;  ///< 0 = the whole file
  std::string what;
  bool warning = false;  ///< printed, not failed
};
using violations = std::vector<violation>;

inline constexpr std::size_t file_lines_wanted = 400;
inline constexpr std::size_t file_lines_max = 600;
inline constexpr std::size_t line_columns_max = 100;
inline constexpr std::size_t function_lines_max = 70;
inline constexpr std::size_t main_lines_max = 100;
inline constexpr std::size_t readme_lines_max = 99;

/// Includes follow the folders' order, and each library has its one folder.
violations check_includes(std::string_view path, std::string_view text);
/// fingerprint/ is pure: no clock, library randomness, files or threads (accuracy* may use
/// threads).
violations check_purity(std::string_view path, std::string_view text);
/// Clocks and machine randomness are read in apps/, tests/ and the files of `allowed` alone.
violations check_clocks(std::string_view path, std::string_view text,
                        const std::vector<std::string_view>& allowed);
/// Length of the file: a warning above file_lines_wanted, a failure above file_lines_max.
violations check_file_length(std::string_view path, std::string_view text);
/// Columns in characters, not bytes; a line that holds a web address may be longer.
violations check_columns(std::string_view path, std::string_view text);
violations check_function_length(std::string_view path, std::string_view text);
/// Mains stand in apps/ and are thin: they parse, call and print.
violations check_main_length(std::string_view path, std::string_view text);
/// A header opens with what it is for, and guards itself.
violations check_header(std::string_view path, std::string_view text);
/// Words of unfinished work, and paths of one person's machine.
violations check_words(std::string_view path, std::string_view text);
/// README.md stays short; docs/decisions/ holds NNNN-*.md alone.
violations check_documents(std::string_view path, std::string_view text);

/// A source whose behaviour is tested elsewhere, or that has none.
struct exemption {
  std::string_view source;
  std::string_view covered_by;  ///< the test that covers it; empty: nothing to test
};
/// Each .cpp of messages, fingerprint, storage and actors has tests/<folder>/<name>_test.cpp, or
/// that of its family (a_b.cpp: a_test.cpp), or an exemption; one no longer needed is a violation
/// too.
violations check_tests_exist(const std::vector<std::string>& paths,
                             const std::vector<exemption>& exemptions);
/// Two decisions never share a number.
violations check_decision_numbers(const std::vector<std::string>& paths);

}  // namespace whorl::tidy
