// docs/API.md says what it shows: its examples are run, in order, against a gateway.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "tests/apps/program.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

/// The shell blocks of a document, one after the other.
std::vector<std::string> shell_blocks(const std::string& file) {
  std::ifstream in(file);
  REQUIRE(in);
  std::vector<std::string> out;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line == "```sh") out.emplace_back();
    if (inside && line != "```") out.back() += line + "\n";
    if (line.starts_with("```")) inside = line == "```sh";
  }
  return out;
}

int shell(const std::filesystem::path& folder, const std::string& what) {
  const std::string program = std::filesystem::path(WHORL_PROGRAM).parent_path().string();
  std::ofstream(folder / "run.sh") << "set -euo pipefail\ncd '" << folder.string()
                                   << "'\nexport PATH='" << program << "':$PATH\n"
                                   << what;
  return std::system(
      ("bash '" + (folder / "run.sh").string() + "' > '" + (folder / "out").string() + "' 2>&1")
          .c_str());
}

std::string text_of(const std::filesystem::path& file) { return to_text(read_file(file)); }

}  // namespace

TEST_CASE("docs/API.md: the examples run as they stand there") {
  const temp_folder folder;
  const auto blocks = shell_blocks(std::string(WHORL_SOURCE_DIR) + "/docs/API.md");
  REQUIRE(blocks.size() == 7);
  const std::string prepare =
      "whorl init\nwhorl synth people --people 20 --seed 7 --out p.whorl-people\n"
      "whorl gallery import criminal p.whorl-people\n"
      "whorl gallery import immigration p.whorl-people\n"
      "whorl synth bookings --people-seed 7 --count 1 --out made --date 20261122\n"
      "cp made/*.eft booking.eft\n";
  REQUIRE_MESSAGE(shell(folder.path(), prepare + blocks.front()) == 0,
                  text_of(folder.path() / "out"));
  started_program server(
      {"--store", (folder.path() / "whorl-store").string(), "--json", "serve", "--port", "0"});
  std::string rest = "URL=" + server.first_line()["url"].get<std::string>() + "\n";
  for (std::size_t i = 1; i < blocks.size(); ++i) rest += blocks[i];
  REQUIRE_MESSAGE(shell(folder.path(), rest) == 0, text_of(folder.path() / "out"));
  const std::string said = text_of(folder.path() / "out");
  CHECK(said.find("\"decision\": \"hit\"") != std::string::npos);
  CHECK(said.find("read answers") != std::string::npos);
  CHECK(said.find("\"state\": \"adjudicated\"") != std::string::npos);
  CHECK(said.find("\"immigration_searches\": 1") != std::string::npos);
  CHECK(said.find("whorl_http_requests_total") != std::string::npos);
  CHECK(text_of(folder.path() / "answer.eft").starts_with("1.001:"));
}

}  // namespace whorl::test
