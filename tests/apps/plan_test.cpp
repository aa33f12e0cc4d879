// whorl plan: figures, JSON, errors; and docs/SCALING.md, whose tables must be what the program
// says.
#include <doctest/doctest.h>

#include <sstream>

#include "tests/apps/program.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

std::vector<std::string> split_words(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

}  // namespace

TEST_CASE("plan: text says where every input is from and what is taken for granted") {
  const outcome said = whorl_program({"plan", "--node-cores", "64"});
  CHECK(said.code == 0);
  for (const char* words : {"70,000,000 criminal", "NODES, spare ones included", "by index",
                            "--peak-to-mean", "the command line", "Erlang C", "BENCHMARKS.md"})
    CHECK_MESSAGE(said.out.find(words) != std::string::npos, words);
}

TEST_CASE("plan: JSON has both ways, inputs and assumptions") {
  const auto said =
      whorl_program({"--json", "plan", "--subjects", "1e6,2e6", "--replicas", "3"}).document();
  CHECK(said["inputs"]["criminal_people"] == 1e6);
  CHECK(said["inputs"]["immigration_people"] == 2e6);
  CHECK(said["inputs"]["replicas"]["value"] == 3);
  CHECK(said["exact"]["nodes"] >= 3);
  CHECK(said["indexed"]["processor_s"] < said["exact"]["processor_s"]);
  CHECK(said["assumptions"].size() > 3);
}

TEST_CASE("plan: wrong options are named with what is allowed") {
  const auto error_of = [](std::vector<std::string> words) {
    words.insert(words.begin(), "plan");
    const outcome said = whorl_program(words);
    CHECK(said.code == 2);
    return said.err;
  };
  CHECK(error_of({"--replicas", "9"}).find("--replicas 9") != std::string::npos);
  CHECK(error_of({"--busy", "1.5"}).find("from 0.01 to 0.99") != std::string::npos);
  CHECK(error_of({"--subjects", "5"}).find("70e6,150e6") != std::string::npos);
  CHECK(error_of({"--replicas", "many"}).find("--replicas") != std::string::npos);
}

TEST_CASE("plan: every table of docs/SCALING.md is what its command prints") {
  const std::filesystem::path page = std::filesystem::path(WHORL_SOURCE_DIR) / "docs/SCALING.md";
  std::istringstream in(to_text(read_file(page)));
  int tables = 0;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("$ whorl ")) continue;
    CAPTURE(line);
    std::string expected;
    for (std::string row; std::getline(in, row) && row != "```";) expected += row + "\n";
    CHECK(whorl_program(split_words(line.substr(8))).out == expected);
    ++tables;
  }
  CHECK(tables >= 3);
}

}  // namespace whorl::test
