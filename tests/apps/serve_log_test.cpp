// `whorl serve`: what the log says, that nobody waits for it, and what is counted instead of said.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sstream>

#include "tests/apps/served_world.hpp"

namespace whorl::test {
namespace {

using nlohmann::json;

/// Of the metrics' text; -1: it is not there.
double counter(const served_world& w, const std::string& name) {
  const std::string text = w.ask("oversight", "/metrics").body;
  const auto at = text.find("\n" + name + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
}

}  // namespace

TEST_CASE("serve: the log names bookings and principals, and nothing of a person or a request") {
  const temp_folder logs;
  const std::string file = (logs.path() / "log").string();
  served_world w({"--log", file});
  const auto files = files_of(w.world().bookings("logged", 0, 1));
  const std::string id = w.book("city-police", files[0]).document()["booking"];
  w.done("city-police", id);
  const auto answers = w.ask("city-police", "/v1/bookings/" + id + "/answers").document();
  CHECK(w.ask("city-police", "/v1/bookings/a-secret-that-was-typed").status == 400);
  CHECK(w.ask("", "/a-secret-that-was-typed").status == 401);
  CHECK(w.ask("city-police", "/v1/bookings?tcn=a-secret-that-was-typed").status == 200);
  CHECK(w.stop() == 0);
  const std::string text = to_text(read_file(file));
  std::istringstream lines(text);
  std::size_t of_booking = 0, refused = 0, made = 0;
  for (std::string line; std::getline(lines, line);) {
    const json one = json::parse(line);
    CHECK(one.contains("at"));
    CHECK(one.contains("level"));
    of_booking += one.value("booking", "") == id;
    made += one.value("booking", "") == id && one["method"] == "POST";
    refused += one.value("status", 0) == 401 && one["level"] == "warning";
  }
  CHECK(of_booking >= 2);
  CHECK(made == 1);
  CHECK(refused == 1);
  const std::string name = answers["name_given"];
  REQUIRE(name.size() > 3);
  CHECK(text.find(name) == std::string::npos);
  CHECK(text.find(name.substr(0, name.find(','))) == std::string::npos);
  CHECK(text.find(answers["tcn"].get<std::string>()) == std::string::npos);
  CHECK(text.find("a-secret") == std::string::npos);
}

TEST_CASE("serve: a log that nobody reads holds nobody up, and what is lost is counted") {
  const temp_folder folder;
  const std::string pipe = (folder.path() / "pipe").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const int held = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC);  // open, and never read
  REQUIRE(held >= 0);
  served_world w({"--log", pipe});
  CHECK(counter(w, "whorl_log_lines_lost_total") == 0);
  auto client = w.connect("examiner");
  std::string together;
  constexpr int at_once = 100;
  for (int i = 0; i < at_once; ++i) together += "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n";
  unsigned answered = 0;
  for (int round = 0; round < 60; ++round) {
    REQUIRE(client.say(together));
    for (int i = 0; i < at_once; ++i) answered += client.hear().status == 200;
  }
  CHECK(answered == 60u * at_once);
  CHECK(counter(w, "whorl_log_lines_lost_total") > 0);
  CHECK(w.stop() == 0);
  ::close(held);
}

TEST_CASE("serve: refusals beyond those recorded one by one stand in the audit as a number") {
  served_world w;
  constexpr int refused = 90;
  for (int i = 0; i < refused; ++i) {
    auto stranger = w.connect("");
    stranger.say("GET /v1/cases HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(stranger.hear().status == 401);
  }
  const auto counted = static_cast<int>(counter(w, "whorl_refusals_unrecorded_total"));
  CHECK(counted > 0);
  CHECK(counted < refused);
  CHECK(w.stop() == 0);
  w.start();
  const std::string audit = w.audit();
  CHECK(audit.find(std::to_string(counted) + " refusals more") != std::string::npos);
}

}  // namespace whorl::test
