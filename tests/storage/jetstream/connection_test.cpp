// Who is let in by a nats-server, and what is said where nobody answers.
#include "storage/jetstream/connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "storage/jetstream/journal_jetstream.hpp"
#include "tests/storage/jetstream/nats_server.hpp"
#include "tests/storage/storage_support.hpp"

using namespace whorl;
using namespace whorl::storage::jetstream;
using namespace whorl::test;

namespace {

constexpr stream_id stream = stream_id::bookings;

/// The refusal of a client with these options.
error refusal_of(const connection_options& options) {
  const auto outcome = connection::open(options);
  REQUIRE_FALSE(outcome);
  return outcome.error();
}

bool says(const error& e, std::string_view word) {
  return e.message.find(word) != std::string::npos;
}

/// All that a server says to a client that speaks no TLS, until it hangs up.
std::string plain_talk(int port) {
  const int s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  REQUIRE(::connect(s, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0);
  const std::string words =
      "CONNECT {\"verbose\":true,\"user\":\"exchange\",\"pass\":\"a password for tests\"}\r\n"
      "PING\r\n";
  CHECK(::send(s, words.data(), words.size(), MSG_NOSIGNAL) > 0);
  std::string said;
  char part[4096];
  for (ssize_t n; (n = ::recv(s, part, sizeof part, 0)) > 0;)
    said.append(part, static_cast<std::size_t>(n));
  ::close(s);
  return said;
}

}  // namespace

TEST_CASE(
    "nats connection: options that leave a door open are refused (no CA, no user, no server)") {
  connection_options good;
  good.servers = {"tls://localhost:1"};
  good.ca_file = good.certificate_file = good.key_file = "x";
  good.user = good.password = "x";
  const auto without = [&](auto change) {
    connection_options bad = good;
    change(bad);
    return refusal_of(bad).code;
  };
  CHECK(without([](auto& o) { o.servers.clear(); }) == errc::invalid_input);
  CHECK(without([](auto& o) { o.ca_file.clear(); }) == errc::invalid_input);
  CHECK(without([](auto& o) { o.certificate_file.clear(); }) == errc::invalid_input);
  CHECK(without([](auto& o) { o.password.clear(); }) == errc::invalid_input);
  CHECK(refusal_of(good).code == errc::io);  // the files are not there
}

TEST_CASE("nats connection: who has certificate and password is let in") {
  if (!nats_server_present()) return;
  CHECK(must(connection::open(shared_server().options()))->current());
}

TEST_CASE("nats connection: a wrong password is forbidden, naming the server") {
  if (!nats_server_present()) return;
  auto options = shared_server().options();
  options.password = "guessed";
  const error refused = refusal_of(options);
  CHECK(refused.code == errc::forbidden);
  CHECK(says(refused, options.servers.front()));
  CHECK(says(refused, "uthorization"));
}

TEST_CASE("nats connection: a server of another authority is forbidden") {
  if (!nats_server_present()) return;
  auto options = shared_server().options();
  options.ca_file = shared_server().other_ca_file();
  const error refused = refusal_of(options);
  CHECK(refused.code == errc::forbidden);
  CHECK(says(refused, "certificate"));
}

TEST_CASE("nats connection: a server whose certificate names another host is forbidden") {
  if (!nats_server_present()) return;
  const nats_servers elsewhere(1, {"elsewhere.example"});
  const error refused = refusal_of(elsewhere.options());
  CAPTURE(refused.message);
  CHECK(refused.code == errc::forbidden);
}

TEST_CASE("nats connection: a client of another authority is not let in") {
  if (!nats_server_present()) return;
  auto options = shared_server().options();
  options.certificate_file = shared_server().other_client_file();
  options.key_file = shared_server().other_client_key_file();
  const error refused = refusal_of(options);
  CAPTURE(to_string(refused.code));
  CAPTURE(refused.message);
  CHECK((refused.code == errc::forbidden || refused.code == errc::unavailable));
  CHECK(says(refused, options.servers.front()));
}

TEST_CASE("nats connection: a client without TLS is hung up on, password or not") {
  if (!nats_server_present()) return;
  const std::string said = plain_talk(shared_server().port(0));
  CHECK(said.find("INFO") != std::string::npos);
  CHECK(said.find("\"tls_required\":true") != std::string::npos);
  CHECK(said.find("+OK") == std::string::npos);
  CHECK(said.find("PONG") == std::string::npos);
}

TEST_CASE("nats connection: no server is unavailable (never there; gone, and there again)") {
  if (!nats_server_present()) return;
  nats_servers servers(1);
  auto options = servers.options();
  options.patience_ms = 300;
  options.reconnects_max = 2;
  const auto where = must(connection::open(options));
  const auto log = must(open_jetstream_journal(where, {.prefix = "a", .replicas = 1}));
  const storage::append_request one{stream, "one", {}, to_bytes("x")};
  must(std::move(log->append(std::span(&one, 1)).front()));
  servers.kill(0);
  CHECK(refusal_of(options).code == errc::unavailable);
  const storage::append_request two{stream, "two", {}, to_bytes("x")};
  CHECK(code_of(log->append(std::span(&two, 1)).front()) == errc::unavailable);
  CHECK(code_of(log->tail(stream)) == errc::unavailable);
  CHECK(code_of(log->find(stream, "one")) == errc::unavailable);
  CHECK(code_of(log->read(stream, 1, 1)) == errc::unavailable);
  servers.start(0);
  wait_until([&] { return bool(log->tail(stream)); });
  CHECK(must(std::move(log->append(std::span(&two, 1)).front())).seq == 2);
  CHECK(must(storage::verify_stream(*log, stream)) == 2);
}
