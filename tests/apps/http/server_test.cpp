// The TLS server below the service: clients that say nothing, too much, or half of it, and stopping
// while they are at it. Who has how much room: server_rooms_test.cpp.
#include "apps/http/server.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "apps/http/problem.hpp"
#include "tests/apps/http/server_world.hpp"

namespace whorl::test {

TEST_CASE("server: a client that does not speak is hung up on, and one that speaks no TLS") {
  server_world world;
  world.settings.handshake_ms = 50;
  const auto server = world.start();
  REQUIRE(server);
  plain_client quiet((*server)->port()), plain((*server)->port());
  plain.say("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(plain.until_closed().find("HTTP/1.1 200") == std::string::npos);
  CHECK(quiet.until_closed().empty());
  CHECK(world.asked == 0);
}

TEST_CASE("server: what a hook throws is answered as a fault of ours, and harms nobody else") {
  server_world world;
  world.hooks.handle = [](http::request whole, http::reply_function reply) {
    if (whole.target == "/throws") throw std::bad_alloc();
    reply(text(200, "well"));
  };
  const auto server = world.start();
  REQUIRE(server);
  tls_client bad((*server)->port(), &world.client), good((*server)->port(), &world.client);
  bad.say(get("/throws"));
  CHECK(bad.hear().status == 500);
  good.say(get("/"));
  CHECK(good.hear().body == "well");
}

TEST_CASE("server: one connection serves request after request, also those that come at once") {
  server_world world;
  const auto server = world.start();
  REQUIRE(server);
  tls_client client((*server)->port(), &world.client);
  client.say(get("/1"));
  CHECK(client.hear().body == "GET /1 0");
  client.say(get("/2") + post("/3", 5) + "hello" + get("/4"));
  CHECK(client.hear().body == "GET /2 0");
  CHECK(client.hear().body == "POST /3 5");
  CHECK(client.hear().body == "GET /4 0");
  for (const char c : get("/5")) client.say(std::string(1, c));
  CHECK(client.hear().body == "GET /5 0");
  client.say(get("/6", "Connection: close\r\n"));
  const auto last = client.hear();
  CHECK(last.body == "GET /6 0");
  CHECK(last.head.find("Connection: close") != std::string::npos);
  CHECK(client.until_closed().empty());
}

TEST_CASE("server: many clients on several threads get each its own answer") {
  server_world world;
  world.settings.threads = 4;
  const auto server = world.start();
  REQUIRE(server);
  std::vector<std::future<bool>> all;
  for (int who = 0; who < 8; ++who)
    all.push_back(std::async(std::launch::async, [&, who] {
      tls_client client((*server)->port(), &world.client);
      for (int i = 0; i < 50; ++i) {
        const std::string path = "/" + std::to_string(who) + "/" + std::to_string(i);
        client.say(get(path));
        if (client.hear().body != "GET " + path + " 0") return false;
      }
      return true;
    }));
  for (auto& one : all) CHECK(one.get());
}

TEST_CASE("server: HEAD is answered without a body, and the next request is understood") {
  server_world world;
  const auto server = world.start();
  REQUIRE(server);
  tls_client client((*server)->port(), &world.client);
  client.say("HEAD /1 HTTP/1.1\r\nHost: a\r\n\r\n" + get("/2"));
  const auto head = client.hear(true);
  CHECK(head.status == 200);
  CHECK(head.head.find("Content-Length: 9") != std::string::npos);
  CHECK(client.hear().body == "GET /2 0");
}

TEST_CASE("server: a head in many small pieces is bounded like one in a single piece") {
  server_world world;
  const auto server = world.start();
  REQUIRE(server);
  tls_client client((*server)->port());  // a stranger
  // Cut one byte into each field: what Beast has left over is then always less than it counts.
  bool open = client.say("GET / HTTP/1.1\r\nHost: a\r\nX");
  const std::string field = "-Some-Field: some value\r\nX";
  for (std::size_t i = 0; open && i < 2 * limits::http_head_bytes_max / field.size(); ++i)
    open = client.say(field);
  CHECK(client.hear().status == 431);
  CHECK(client.until_closed().empty());
  CHECK(world.malformed == 431);
  CHECK(world.asked == 0);
  tls_client other((*server)->port());
  other.say(get("/", "X-Long: " + std::string(limits::http_head_bytes_max - 100, 'a') + "\r\n"));
  CHECK(other.hear().status == 200);
}

TEST_CASE("server: who begins a request must end it in time") {
  server_world world;
  world.settings.request_ms = 50;
  const auto server = world.start();
  REQUIRE(server);
  tls_client head((*server)->port(), &world.client), body((*server)->port(), &world.client);
  head.say("GET / HTTP/1.1\r\nHo");
  body.say(post("/", 10) + "hello");
  CHECK(head.until_closed().empty());
  CHECK(body.until_closed().empty());
}

TEST_CASE("server: who does not take its answer is hung up on") {
  server_world world;
  world.settings.write_ms = 50;
  world.hooks.handle = [](http::request, http::reply_function reply) {
    reply(text(200, std::string(64u << 20, 'a')));
  };
  const auto server = world.start();
  REQUIRE(server);
  tls_client client((*server)->port(), &world.client);
  client.say(get("/"));
  wait_for_connections(**server, 0);
}

TEST_CASE("server: a refusal reaches a client that is still sending its body") {
  server_world world;
  world.hooks.admit = [](const http::request&, std::uint64_t) {
    return http::admission{http::problem(403, "forbidden", "no")};
  };
  const auto server = world.start();
  REQUIRE(server);
  for (int i = 0; i < 5; ++i) {
    tls_client client((*server)->port(), &world.client);
    client.say(post("/", 1u << 20));
    bool read = true;
    for (int piece = 0; piece < 64; ++piece) read &= client.say(std::string(1u << 14, 'a'));
    CHECK(read);
    CHECK(client.hear().status == 403);
    CHECK(client.until_closed().empty());
  }
}

TEST_CASE("server: after a refusal of identity the connection ends") {
  server_world world;
  world.settings.stranger_idle_ms = 600'000;
  world.hooks.admit = [](const http::request&, std::uint64_t) {
    return http::admission{http::problem(401, "unauthenticated", "who?")};
  };
  const auto server = world.start();
  REQUIRE(server);
  tls_client client((*server)->port());
  client.say(get("/"));
  CHECK(client.hear().status == 401);
  CHECK(client.until_closed().empty());
}

TEST_CASE("server: stop hangs up on whoever is connected, and can be called twice") {
  server_world world;
  world.settings.handshake_ms = 600'000;
  const auto server = world.start();
  REQUIRE(server);
  plain_client client((*server)->port());
  wait_for_connections(**server, 1);
  (*server)->stop(1000);
  (*server)->stop(0);
  CHECK(client.until_closed().empty());
}

TEST_CASE("server: stop lets requests under way end, and cuts off those that do not") {
  server_world world;
  std::mutex mutex;
  std::vector<http::reply_function> waiting;
  world.hooks.handle = [&](http::request, http::reply_function reply) {
    const std::scoped_lock lock(mutex);
    waiting.push_back(std::move(reply));
  };
  const auto count = [&] {
    const std::scoped_lock lock(mutex);
    return waiting.size();
  };
  const auto server = world.start();
  REQUIRE(server);
  tls_client quick((*server)->port(), &world.client), slow((*server)->port(), &world.client);
  tls_client half((*server)->port(), &world.client);
  quick.say(get("/quick"));
  while (count() < 1) std::this_thread::yield();
  slow.say(get("/slow"));
  while (count() < 2) std::this_thread::yield();
  half.say("GET / HTTP/1.1\r\nHo");
  waiting[0](text(200, "in time"));
  (*server)->stop(50);
  const auto answered = quick.hear();
  CHECK(answered.body == "in time");
  CHECK(slow.until_closed().empty());
  CHECK(half.until_closed().empty());
  CHECK((*server)->connections() == 0);
  waiting[1](text(200, "too late"));  // goes nowhere, and harms nobody
}

TEST_CASE("server: a reply that comes in the moment of stopping is dropped or sent, never stuck") {
  for (int round = 0; round < 50; ++round) {
    server_world world;
    std::promise<http::reply_function> taken;
    world.hooks.handle = [&](http::request, http::reply_function reply) {
      taken.set_value(std::move(reply));
    };
    const auto server = world.start();
    REQUIRE(server);
    tls_client client((*server)->port(), &world.client);
    client.say(get("/"));
    auto reply = taken.get_future().get();
    std::thread other([&] { reply(text(200, "now")); });
    (*server)->stop(0);
    other.join();
    const auto heard = client.hear();
    CHECK((heard.status == 0 || heard.body == "now"));
  }
}

TEST_CASE("server: files that are no certificates, and addresses that are none, are named") {
  server_world world;
  const auto refused = [&](http::server_settings settings) {
    world.settings = std::move(settings);
    const auto server = world.start();
    REQUIRE_FALSE(server);
    return server.error();
  };
  const http::server_settings good = world.settings;
  for (auto member : {&http::server_settings::certificate, &http::server_settings::key,
                      &http::server_settings::authority}) {
    auto bad = good;
    bad.*member = (world.folder.path() / "absent.pem").string();
    CHECK(refused(bad).code == errc::invalid_input);
    CHECK(refused(bad).message.find("absent.pem") != std::string::npos);
  }
  auto nowhere = good;
  nowhere.address = "localhost";
  CHECK(refused(nowhere).code == errc::invalid_input);
  world.settings = good;
  const auto server = world.start();
  REQUIRE(server);
  auto taken = good;
  taken.port = (*server)->port();
  CHECK(refused(taken).code == errc::io);
}

}  // namespace whorl::test
