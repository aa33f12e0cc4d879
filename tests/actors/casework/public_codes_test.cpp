// The codes of the public record (case_codes.csv of the data folder): each is one of the program's,
// or docs/LIFECYCLE.md says why it is none.
#include <doctest/doctest.h>

#include <iostream>
#include <set>
#include <sstream>

#include "actors/casework/lifecycle.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::casework;
using namespace whorl::test;

namespace {

/// kind, then the code, which is in quotes where it holds a comma.
std::set<std::string> codes_of(const std::string& text, const std::string& kind) {
  std::set<std::string> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(kind + ",")) continue;
    std::string rest = line.substr(kind.size() + 1);
    const bool quoted = rest.starts_with('"');
    out.insert(quoted ? rest.substr(1, rest.find('"', 1) - 1) : rest.substr(0, rest.find(',')));
  }
  return out;
}

/// Of the rows whose step ends a case or lifts a detainer.
std::set<std::string> known_codes() {
  std::set<std::string> out;
  for (const transition& row : transitions())
    if (row.step == case_step::detainer_lifted || row.to == case_state::closed)
      out.insert(row.codes.begin(), row.codes.end());
  return out;
}

/// First column of the table below the heading: | `code` | why |.
std::set<std::string> left_out(const std::string& document) {
  std::set<std::string> out;
  const auto begin = document.find("## Codes of the public record that are none here");
  std::istringstream lines(document.substr(begin, document.find("\n## ", begin) - begin));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("| `")) out.insert(line.substr(3, line.find('`', 3) - 3));
  return out;
}

}  // namespace

TEST_CASE("lifecycle: each public lift reason and closing status is a code, or named as left out") {
  const auto folder = data_folder("the codes of the public record");
  if (!folder) return;
  if (!std::filesystem::exists(*folder / "case_codes.csv")) {
    std::cout << "\n*** SKIPPED: the codes of the public record (no case_codes.csv in the data "
                 "folder) ***\n"
              << std::endl;
    return;
  }
  const std::string text = to_text(read_file(*folder / "case_codes.csv"));
  const std::string document =
      to_text(read_file(std::filesystem::path(WHORL_SOURCE_DIR) / "docs" / "LIFECYCLE.md"));
  REQUIRE(document.find("## Codes of the public record that are none here") != std::string::npos);
  const auto known = known_codes(), absent = left_out(document);
  std::set<std::string> all = codes_of(text, "detainer_lift_reason");
  CHECK(all.size() >= 13);
  const auto statuses = codes_of(text, "case_status");
  CHECK(statuses.size() >= 17);
  all.insert(statuses.begin(), statuses.end());
  for (const std::string& code : all)
    CHECK_MESSAGE(known.contains(code) != absent.contains(code), code);
  for (const std::string& code : absent) CHECK_MESSAGE(all.contains(code), code);
}
