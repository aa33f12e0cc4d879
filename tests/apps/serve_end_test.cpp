// `whorl serve` when it is told to stop, or is killed: what was accepted is not lost.
#include <doctest/doctest.h>

#include "tests/apps/served_world.hpp"

namespace whorl::test {

using nlohmann::json;

TEST_CASE("serve: told to stop at once in the middle of bookings it ends well and loses none") {
  served_world w({"--drain", "0"});
  const auto files = files_of(w.world().bookings("hurried", 0, 10));
  std::vector<tls_client> clients;
  for (const auto& file : files) {
    clients.push_back(w.connect("city-police"));
    const std::string body = to_text(read_file(file));
    clients.back().say("POST /v1/bookings HTTP/1.1\r\nHost: a\r\nContent-Length: " +
                       std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  CHECK(w.stop() == 0);
  std::vector<std::string> accepted;
  for (auto& client : clients) {
    const auto heard = client.hear();
    if (heard.status == 202) accepted.push_back(json::parse(heard.body)["booking"]);
  }
  w.start();
  for (const auto& id : accepted) CHECK(w.done("city-police", id)["criminal_search"] == "answered");
}

TEST_CASE("serve: what was accepted before a kill is answered after the next start") {
  served_world w;
  const auto files = files_of(w.world().bookings("killed", 0, 6));
  std::vector<std::string> accepted;
  for (const auto& file : files) {
    const auto taken = w.book("city-police", file);
    REQUIRE(taken.status == 202);
    accepted.push_back(taken.document()["booking"]);
  }
  w.kill();
  w.start();
  for (const auto& id : accepted) CHECK(w.done("city-police", id)["criminal_search"] == "answered");
}

}  // namespace whorl::test
