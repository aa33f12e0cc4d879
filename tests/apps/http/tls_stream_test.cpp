// The stream below the server: bytes in any pieces both ways, and ends of every kind.
#include <doctest/doctest.h>

#include <csignal>
#include <thread>

#include "tests/apps/http/server_world.hpp"

namespace whorl::test {
namespace {

std::string pattern(std::size_t size) {
  std::string out(size, ' ');
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>(i * 2654435761u >> 13);
  return out;
}

}  // namespace

TEST_CASE("tls stream: what does not fit into the socket comes whole when the client reads on") {
  server_world world;
  world.hooks.handle = [](http::request whole, http::reply_function reply) {
    const auto* const from = reinterpret_cast<const char*>(whole.body.data());
    reply(text(200, std::string(from, whole.body.size())));
  };
  const auto server = world.start();
  REQUIRE(server);
  const std::string said = pattern((6u << 20) + 1);
  tls_client client((*server)->port(), &world.client);
  client.say(post("/", said.size()));
  for (std::size_t at = 0; at < said.size(); at += 100'000) client.say(said.substr(at, 100'000));
  CHECK(client.hear().body == said);
  client.say(get("/"));
  CHECK(client.hear().status == 200);
}

TEST_CASE("tls stream: several requests in one record, and one request over many") {
  server_world world;
  const auto server = world.start();
  REQUIRE(server);
  tls_client client((*server)->port(), &world.client);
  std::string many;
  for (int i = 0; i < 300; ++i) many += get("/" + std::to_string(i));
  client.say(many);
  for (int i = 0; i < 300; ++i) CHECK(client.hear().body == "GET /" + std::to_string(i) + " 0");
  for (const char c : post("/slow", 3) + "abc") client.say(std::string(1, c));
  CHECK(client.hear().body == "POST /slow 3");
}

TEST_CASE("tls stream: bytes that are no TLS end the connection, wherever they come") {
  server_world world;
  const auto server = world.start();
  REQUIRE(server);
  tls_client client((*server)->port(), &world.client);
  client.say(get("/"));
  CHECK(client.hear().status == 200);
  client.beneath().say("this is no record");
  wait_for_connections(**server, 0);
  CHECK(world.malformed == 0);  // of a request there was nothing
}

TEST_CASE("tls stream: a server that listens is not ended by who has gone") {
  std::signal(SIGPIPE, SIG_DFL);
  server_world world;
  const auto server = world.start();
  REQUIRE(server);
  const bool ignored = std::signal(SIGPIPE, SIG_IGN) == SIG_IGN;
  CHECK(ignored);
}

}  // namespace whorl::test
