// The server's room: of strangers, of one certificate, of one sender's bodies, and who gives way.
#include <doctest/doctest.h>

#include <memory>
#include <vector>

#include "tests/apps/http/server_world.hpp"

namespace whorl::test {

TEST_CASE("server: of more clients than there is room for the surplus is hung up on at once") {
  server_world world;
  world.settings.connections_max = 1;
  world.settings.handshake_ms = 600'000;
  const auto server = world.start();
  REQUIRE(server);
  const plain_client first((*server)->port());
  wait_for_connections(**server, 1);
  plain_client second((*server)->port());
  CHECK(second.until_closed().empty());
  CHECK((*server)->connections() == 1);
}

TEST_CASE("server: strangers have less room than those with a certificate, and less time") {
  server_world world;
  SUBCASE("of one address") { world.settings.strangers_per_address_max = 1; }
  SUBCASE("of all") { world.settings.strangers_max = 1; }
  world.settings.handshake_ms = 600'000;
  const auto server = world.start();
  REQUIRE(server);
  const auto port = (*server)->port();
  // In TLS 1.3 a client is ready before the server has read its certificate: an answer says it has.
  std::vector<tls_client> known;
  for (int i = 0; i < 2; ++i) {
    known.emplace_back(port, &world.client);
    known.back().say(get("/"));
    CHECK(known.back().hear().status == 200);
  }
  auto stranger = std::make_unique<plain_client>(port);
  wait_for_connections(**server, 3);
  plain_client second(port);
  CHECK(second.until_closed().empty());
  stranger.reset();
  wait_for_connections(**server, 2);
  tls_client third(port);
  third.say(get("/"));
  CHECK(third.hear().status == 200);
}

TEST_CASE("server: one certificate has not room for all connections, and strangers no time") {
  server_world world;
  world.settings.connections_per_certificate_max = 1;
  world.settings.stranger_idle_ms = 50;
  const auto server = world.start();
  REQUIRE(server);
  const auto port = (*server)->port();
  tls_client first(port, &world.client);
  first.say(get("/"));
  CHECK(first.hear().status == 200);
  tls_client second(port, &world.client), stranger(port);
  CHECK(second.until_closed().empty());
  stranger.say("GET / HTTP/1.1\r\nHo");  // has begun a request, and does not end it
  CHECK(stranger.until_closed().empty());
  first.say(get("/"));
  CHECK(first.hear().status == 200);
}

TEST_CASE("server: a stranger that is idle is hung up on long before a known client") {
  server_world world;
  world.settings.stranger_idle_ms = 50;
  const auto server = world.start();
  REQUIRE(server);
  tls_client known((*server)->port(), &world.client), stranger((*server)->port());
  CHECK(stranger.until_closed().empty());
  known.say(get("/"));
  CHECK(known.hear().status == 200);
}

TEST_CASE("server: bodies beyond the budget are refused before they come") {
  server_world world;
  world.settings.body_bytes_waiting_max = 100;
  const auto server = world.start();
  REQUIRE(server);
  auto first = std::make_unique<tls_client>((*server)->port(), &world.client);
  first->say(post("/", 80, "Expect: 100-continue\r\n"));
  CHECK(first->hear().status == 100);  // its share is taken
  tls_client second((*server)->port(), &world.client);
  second.say(post("/", 30));
  CHECK(second.hear().status == 503);
  first->say(std::string(80, 'a'));
  CHECK(first->hear().body == "POST / 80");
  tls_client third((*server)->port(), &world.client);
  third.say(post("/", 30) + std::string(30, 'a'));
  CHECK(third.hear().body == "POST / 30");
}

}  // namespace whorl::test
