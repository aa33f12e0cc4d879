// The server's room: of strangers, of one certificate, of one sender's bodies, and who gives way.
#include <doctest/doctest.h>

#include <future>
#include <memory>
#include <vector>

#include "apps/http/problem.hpp"
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
  plain_client stranger(port);
  wait_for_connections(**server, 3);
  tls_client newcomer(port);
  CHECK(stranger.until_closed().empty());  // the oldest gives way
  newcomer.say(get("/"));
  CHECK(newcomer.hear().status == 200);
  for (auto& one : known) {
    one.say(get("/"));
    CHECK(one.hear().status == 200);
  }
}

TEST_CASE("server: a stranger that is being answered does not give way") {
  server_world world;
  world.settings.strangers_max = 1;
  std::promise<http::reply_function> taken;
  world.hooks.handle = [&](http::request, http::reply_function reply) {
    taken.set_value(std::move(reply));
  };
  const auto server = world.start();
  REQUIRE(server);
  tls_client first((*server)->port());
  first.say(get("/"));
  const auto reply = taken.get_future().get();
  plain_client second((*server)->port());
  CHECK(second.until_closed().empty());
  reply(text(200, "answered"));
  CHECK(first.hear().body == "answered");
}

TEST_CASE("server: while strangers are crowded they have less time for the handshake") {
  server_world world;
  world.settings.strangers_max = 4;
  world.settings.handshake_ms = 5000;
  const auto server = world.start();
  REQUIRE(server);
  std::vector<plain_client> quiet;
  for (std::size_t i = 0; i < 3; ++i) {
    quiet.emplace_back((*server)->port());
    wait_for_connections(**server, i + 1);
  }
  CHECK(quiet[2].until_closed().empty());
  CHECK((*server)->connections() >= 2);  // the others still have time
}

TEST_CASE("server: a certificate that nobody is let in with has a stranger's room and time") {
  server_world world;
  world.settings.connections_per_certificate_max = 1;
  world.settings.stranger_idle_ms = 50;
  world.hooks.is_known = [](const http::peer& who) { return who.name != "someone"; };
  world.hooks.admit = [](const http::request& head, std::uint64_t) {
    return http::admission{http::problem(401, "unauthenticated", head.from.name)};
  };
  const auto server = world.start();
  REQUIRE(server);
  for (int i = 0; i < 3; ++i) {
    tls_client idle((*server)->port(), &world.client), asks((*server)->port(), &world.client);
    asks.say(get("/"));
    const auto refused = asks.hear();
    CHECK(refused.status == 401);
    CHECK(refused.body.find("someone") != std::string::npos);  // who it was is known
    CHECK(idle.until_closed().empty());
  }
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

TEST_CASE("server: one sender's bodies, and what is made of them, are a part of the budget") {
  server_world world;
  world.settings.body_bytes_waiting_max = 100;
  world.settings.body_bytes_per_sender_max = 50;
  world.hooks.admit = [](const http::request& head, std::uint64_t size) {
    return http::admission{{}, head.target, head.content_type.empty() ? 0 : size * 10};
  };
  const auto server = world.start();
  REQUIRE(server);
  const auto port = (*server)->port();
  tls_client first(port, &world.client), second(port, &world.client), third(port, &world.client),
      large(port, &world.client);
  first.say(post("/a", 40, "Expect: 100-continue\r\n"));
  CHECK(first.hear().status == 100);
  second.say(post("/a", 40));
  CHECK(second.hear().status == 503);
  large.say(post("/b", 10, "Content-Type: application/json\r\n"));
  CHECK(large.hear().status == 503);
  third.say(post("/b", 40) + std::string(40, 'a'));
  CHECK(third.hear().body == "POST /b 40");
  first.say(std::string(40, 'a'));
  CHECK(first.hear().body == "POST /a 40");
}

TEST_CASE("server: a body that stands still is hung up on, one that comes is waited for") {
  server_world world;
  world.settings.request_ms = 600'000;
  world.settings.body_grace_ms = 50;
  world.settings.body_bytes_per_second = 1;
  const auto server = world.start();
  REQUIRE(server);
  tls_client steady((*server)->port(), &world.client), still((*server)->port(), &world.client);
  steady.say(post("/", 100) + std::string(99, 'a'));
  still.say(post("/", 100));
  CHECK(still.until_closed().empty());
  steady.say("a");
  CHECK(steady.hear().body == "POST / 100");
}

}  // namespace whorl::test
