// Responses that grow: in chunks, bounded, and ended with their client or the server.
#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <string>

#include "tests/apps/http/server_world.hpp"

namespace whorl::test {

TEST_CASE("server: a response that grows comes in chunks, and the connection goes on") {
  server_world world;
  world.settings.stream_ms = 1;
  world.settings.streams_max = 1;
  std::atomic<bool> end{false};
  world.hooks.handle = [&](http::request whole, http::reply_function reply) {
    auto out = text(200, whole.target + "\n");
    if (whole.target == "/grows")
      out.more = [&, left = 3]() mutable -> std::optional<std::string> {
        if (left > 0) return "piece " + std::to_string(left--) + "\n";
        return end ? std::nullopt : std::optional(std::string());
      };
    reply(std::move(out));
  };
  const auto server = world.start();
  REQUIRE(server);
  tls_client client((*server)->port(), &world.client), other((*server)->port(), &world.client);
  client.say(get("/grows"));
  const auto head = client.hear();
  CHECK(head.status == 200);
  CHECK(head.head.find("Transfer-Encoding: chunked") != std::string::npos);
  other.say(get("/grows"));
  CHECK(other.hear().status == 503);  // one is followed already
  end = true;
  client.say(get("/after", "Connection: close\r\n"));
  const std::string all = client.until_closed();
  CHECK(all.starts_with("7\r\n/grows\n\r\n8\r\npiece 3\n\r\n8\r\npiece 2\n\r\n"));
  CHECK(all.find("\r\n0\r\n\r\nHTTP/1.1 200") != std::string::npos);
  CHECK(all.ends_with("/after\n"));
}

TEST_CASE("server: stop ends a response that grows, and one whose client has gone ends") {
  server_world world;
  world.settings.stream_ms = 1;
  world.hooks.handle = [&](http::request, http::reply_function reply) {
    auto out = text(200, "begins");
    out.more = [] { return std::optional(std::string("more")); };
    reply(std::move(out));
  };
  const auto server = world.start();
  REQUIRE(server);
  auto gone = std::make_unique<tls_client>((*server)->port(), &world.client);
  gone->say(get("/"));
  CHECK(gone->hear().status == 200);
  gone.reset();
  wait_for_connections(**server, 0);
  tls_client client((*server)->port(), &world.client);
  client.say(get("/"));
  CHECK(client.hear().status == 200);
  (*server)->stop(10'000);
  CHECK(client.until_closed().ends_with("0\r\n\r\n"));
}

TEST_CASE("server: one sender follows so many and no more, and others have their own share") {
  server_world world;
  world.settings.streams_per_sender_max = 1;
  world.hooks.admit = [](const http::request& head, std::uint64_t) {
    return http::admission{{}, head.target};
  };
  world.hooks.handle = [](http::request, http::reply_function reply) {
    auto out = text(200, "begins");
    out.more = [] { return std::optional(std::string()); };
    reply(std::move(out));
  };
  const auto server = world.start();
  REQUIRE(server);
  const auto status = [&](tls_client& client, const char* sender) {
    client.say(get(sender));
    return client.hear().status;
  };
  auto first = std::make_unique<tls_client>((*server)->port(), &world.client);
  tls_client second((*server)->port(), &world.client), other((*server)->port(), &world.client);
  CHECK(status(*first, "/one") == 200);
  CHECK(status(second, "/one") == 503);
  CHECK(status(other, "/other") == 200);
  first.reset();
  wait_for_connections(**server, 2);
  CHECK(status(second, "/one") == 200);
}

TEST_CASE("server: a client that follows and goes is noticed before there is more to say") {
  server_world world;
  world.settings.stream_ms = 600'000;
  world.hooks.handle = [](http::request, http::reply_function reply) {
    auto out = text(200, "begins");
    out.more = [] { return std::optional(std::string()); };
    reply(std::move(out));
  };
  const auto server = world.start();
  REQUIRE(server);
  auto client = std::make_unique<tls_client>((*server)->port(), &world.client);
  client->say(get("/"));
  CHECK(client->hear().status == 200);
  client.reset();
  wait_for_connections(**server, 0);
}

}  // namespace whorl::test
