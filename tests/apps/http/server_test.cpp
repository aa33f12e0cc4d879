// The TLS server below the service: clients that say nothing, more of them than there is room for,
// and files that are no certificates.
#include "apps/http/server.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "apps/pki/authority.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

using namespace apps;

/// A plain TCP connection that never speaks TLS.
class silent_client {
 public:
  explicit silent_client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
  }
  ~silent_client() { ::close(socket_); }
  silent_client(const silent_client&) = delete;
  silent_client& operator=(const silent_client&) = delete;
  /// Waits until the server has hung up; what it said before.
  std::string until_closed() {
    std::string said;
    char piece[256];
    for (ssize_t n; (n = ::recv(socket_, piece, sizeof piece, 0)) > 0;)
      said.append(piece, static_cast<std::size_t>(n));
    return said;
  }
  void say(const std::string& text) { CHECK(::send(socket_, text.data(), text.size(), 0) > 0); }

 private:
  int socket_;
};

struct server_world {
  temp_folder folder;
  http::server_settings settings;
  std::atomic<int> asked{0};

  server_world() {
    const std::string pki = (folder.path() / "pki").string();
    REQUIRE(pki::create_authority(pki, 10));
    const auto made = pki::issue(pki, pki::certificate_kind::server, {"localhost"}, 10);
    REQUIRE(made);
    settings.authority = pki::authority_file(pki);
    settings.certificate = pki + "/server.pem";
    settings.key = pki + "/server.key";
    write_file(settings.certificate, to_bytes(made->certificate));
    write_file(settings.key, to_bytes(made->key));
  }
  result<std::unique_ptr<http::server>> start() {
    return http::server::start(settings, {[&](const http::request&, std::uint64_t) {
                                            ++asked;
                                            return std::optional<http::response>();
                                          },
                                          [&](http::request, http::reply_function) { ++asked; },
                                          [&](unsigned) { ++asked; }});
  }
};

}  // namespace

TEST_CASE("server: a client that does not speak is hung up on, and one that speaks no TLS") {
  server_world world;
  world.settings.handshake_ms = 50;
  const auto server = world.start();
  REQUIRE(server);
  silent_client quiet((*server)->port()), plain((*server)->port());
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
  const silent_client first((*server)->port());
  while ((*server)->connections() == 0) std::this_thread::yield();
  silent_client second((*server)->port());
  CHECK(second.until_closed().empty());
  CHECK((*server)->connections() == 1);
}

TEST_CASE("server: stop hangs up on whoever is connected, and can be called twice") {
  server_world world;
  world.settings.handshake_ms = 600'000;
  const auto server = world.start();
  REQUIRE(server);
  silent_client client((*server)->port());
  while ((*server)->connections() == 0) std::this_thread::yield();
  (*server)->stop(1000);
  (*server)->stop(0);
  CHECK(client.until_closed().empty());
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
