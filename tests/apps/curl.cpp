#include "tests/apps/curl.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cstdio>

namespace whorl::test {

http_answer curl(const std::vector<std::string>& words) {
  std::string line =
      "curl --silent --max-time 60 --path-as-is -w '\\n%{content_type}\\n%{http_code}'";
  for (const std::string& word : words) {
    line += " '";
    for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += "'";
  }
  std::FILE* const pipe = popen((line + " 2>/dev/null").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string all;
  char piece[4096];
  for (std::size_t n; (n = std::fread(piece, 1, sizeof piece, pipe)) > 0;) all.append(piece, n);
  const int ended = pclose(pipe);
  REQUIRE_MESSAGE(WEXITSTATUS(ended) != 127, "curl is not installed: script/bootstrap");
  http_answer out;
  const std::size_t status_at = all.rfind('\n'), type_at = all.rfind('\n', status_at - 1);
  REQUIRE(type_at != std::string::npos);
  out.status = static_cast<unsigned>(std::stoul(all.substr(status_at + 1)));
  out.content_type = all.substr(type_at + 1, status_at - type_at - 1);
  out.body = all.substr(0, type_at);
  return out;
}

}  // namespace whorl::test
