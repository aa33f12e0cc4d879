#include "apps/http/plain_server.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "tests/apps/curl.hpp"
#include "tests/apps/http/tls_client.hpp"

namespace whorl::test {
namespace {

namespace http = apps::http;

std::unique_ptr<http::plain_server> echo(const http::plain_settings& settings = {}) {
  auto started = http::plain_server::start(settings, [](const std::string& target) {
    if (target == "/throws") throw std::bad_alloc();
    return http::response{target == "/no" ? 503u : 200u, "text/plain", "asked " + target, {}, {}};
  });
  REQUIRE_MESSAGE(started.has_value(), (started ? "" : started.error().message));
  return *std::move(started);
}

std::string url_of(const http::plain_server& of, const std::string& target) {
  return "http://127.0.0.1:" + std::to_string(of.port()) + target;
}

}  // namespace

TEST_CASE("plain server: a GET is answered, anything else is refused") {
  const auto server = echo();
  const auto well = curl({url_of(*server, "/a?b=c")});
  CHECK(well.status == 200);
  CHECK(well.body == "asked /a?b=c");
  CHECK(well.content_type == "text/plain");
  CHECK(curl({url_of(*server, "/no")}).status == 503);
  CHECK(curl({"-X", "POST", url_of(*server, "/a")}).status == 405);
  CHECK(curl({"--data", "body", url_of(*server, "/a")}).status == 400);
  CHECK(curl({"-H", "X: " + std::string(20'000, 'x'), url_of(*server, "/a")}).status != 200);
  plain_client noise(server->port());
  noise.say("\x16\x03\x01 no HTTP at all\r\n\r\n");
  CHECK(noise.until_closed().find("400 Bad Request") != std::string::npos);
  CHECK(curl({url_of(*server, "/throws")}).status == 0);
  CHECK(curl({url_of(*server, "/after")}).status == 200);
}

TEST_CASE("plain server: who is silent is cut off at the deadline") {
  const auto server = echo({.deadline_ms = 300});
  plain_client quiet(server->port()), half(server->port());
  half.say("GET /slow HTTP/1.1\r\n");  // and no more
  CHECK(half.until_closed().empty());
  CHECK(quiet.until_closed().empty());
  CHECK(curl({url_of(*server, "/again")}).status == 200);
}

TEST_CASE("plain server: more connections than there may be are closed at once") {
  const auto server = echo({.connections_max = 2, .deadline_ms = 3'600'000});
  plain_client first(server->port()), second(server->port()), third(server->port());
  CHECK(third.until_closed().empty());
  first.say("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");  // it has kept its place
  CHECK(first.until_closed().find("200 OK") != std::string::npos);
}

TEST_CASE("plain server: an address that is in use or is none is said") {
  const auto server = echo();
  const auto taken = http::plain_server::start({"127.0.0.1", server->port()}, {});
  REQUIRE(!taken);
  CHECK(taken.error().code == errc::io);
  const auto name = http::plain_server::start({"localhost", 0}, {});
  REQUIRE(!name);
  CHECK(name.error().code == errc::invalid_input);
}

}  // namespace whorl::test
