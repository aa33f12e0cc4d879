// The TLS server below the service: clients that say nothing, too much, or half of it, more of them
// than there is room for, and stopping while they are at it.
#include "apps/http/server.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "apps/http/problem.hpp"
#include "apps/pki/authority.hpp"
#include "tests/apps/http/tls_client.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

using namespace apps;

http::response text(unsigned status, std::string body) {
  http::response out;
  out.status = status;
  out.content_type = "text/plain";
  out.body = std::move(body);
  return out;
}

/// A server with an authority and one client's certificate. What it is asked it answers with
/// method, target and the body's size, unless a test sets other hooks.
struct server_world {
  temp_folder folder;
  http::server_settings settings;
  http::server_hooks hooks;
  pki::credentials client;
  std::atomic<int> asked{0};
  std::atomic<unsigned> malformed{0};

  server_world() {
    const std::string pki = (folder.path() / "pki").string();
    REQUIRE(pki::create_authority(pki, 10));
    const auto made = pki::issue(pki, pki::certificate_kind::server, {"localhost"}, 10);
    REQUIRE(made);
    const auto someone = pki::issue(pki, pki::certificate_kind::client, {"someone"}, 10);
    REQUIRE(someone);
    client = *someone;
    settings.authority = pki::authority_file(pki);
    settings.certificate = pki + "/server.pem";
    settings.key = pki + "/server.key";
    write_file(settings.certificate, to_bytes(made->certificate));
    write_file(settings.key, to_bytes(made->key));
    hooks.admit = [this](const http::request&, std::uint64_t) {
      ++asked;
      return std::optional<http::response>();
    };
    hooks.handle = [](http::request whole, http::reply_function reply) {
      reply(text(200, whole.method + " " + whole.target + " " + std::to_string(whole.body.size())));
    };
    hooks.malformed = [this](unsigned status) { malformed = status; };
  }
  result<std::unique_ptr<http::server>> start() { return http::server::start(settings, hooks); }
};

std::string get(const std::string& target, const std::string& more = {}) {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
}
std::string post(const std::string& target, std::size_t size, const std::string& more = {}) {
  return "POST " + target + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) +
         "\r\n" + more + "\r\n";
}

void wait_for_connections(const http::server& server, std::size_t count) {
  while (server.connections() != count) std::this_thread::yield();
}

}  // namespace

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

TEST_CASE("server: a refusal reaches a client that is still sending its body") {
  server_world world;
  world.hooks.admit = [](const http::request&, std::uint64_t) {
    return std::optional(http::problem(403, "forbidden", "no"));
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
    return std::optional(http::problem(401, "unauthenticated", "who?"));
  };
  const auto server = world.start();
  REQUIRE(server);
  tls_client client((*server)->port());
  client.say(get("/"));
  CHECK(client.hear().status == 401);
  CHECK(client.until_closed().empty());
}

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
