// A client that says byte for byte, and record for record, what a test wants said: what curl would
// never send. It gives up after ten seconds of silence.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "apps/pki/authority.hpp"

namespace whorl::test {

/// A plain TCP connection to this machine.
class plain_client {
 public:
  explicit plain_client(std::uint16_t port);
  ~plain_client();
  plain_client(plain_client&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  plain_client& operator=(plain_client&&) = delete;
  void say(std::string_view text);
  /// Waits until the server has hung up; what it said before. The test fails when it does not.
  std::string until_closed();
  int socket() const { return socket_; }

 private:
  int socket_;
};

struct raw_response {
  unsigned status = 0;     ///< 0: the connection ended before one
  std::string head, body;  ///< the head with its empty line
};

/// The same over TLS, with a certificate or none. Whose server it is, is not checked.
class tls_client {
 public:
  explicit tls_client(std::uint16_t port, const apps::pki::credentials* who = nullptr);
  tls_client(tls_client&&) noexcept;
  ~tls_client();
  /// The connection without TLS.
  plain_client& beneath() { return plain_; }
  /// One TLS record for each call. False when the server has hung up.
  bool say(std::string_view text);
  /// The next response, its body as long as Content-Length says, but none to HEAD.
  raw_response hear(bool without_body = false);
  /// What hear() left over, and what comes until the server has hung up.
  std::string until_closed();

 private:
  struct parts;
  bool more();
  plain_client plain_;
  std::unique_ptr<parts> parts_;
  std::string read_;
};

}  // namespace whorl::test
