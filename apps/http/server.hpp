// HTTP/1.1 over TLS (1.2 and above): connections, limits and deadlines. It knows no booking: what a
// request means is decided by the two hooks. A client that shows no certificate, or one that proves
// nothing, is let in as far as the hooks, so that its refusal is answered and can be recorded.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "apps/http/message.hpp"
#include "messages/limits.hpp"
#include "messages/result.hpp"

namespace whorl::apps::http {

struct server_settings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                   ///< 0: the system picks one
  std::string certificate, key, authority;  ///< PEM files
  std::size_t threads = 1;                  ///< of the connections; at least one
  std::size_t connections_max = limits::http_connections_max;
  std::size_t connections_per_certificate_max = limits::http_connections_max / 4;
  /// Of those that have shown no certificate of ours: in the handshake, or after it.
  std::size_t strangers_max = limits::http_strangers_max;
  std::size_t strangers_per_address_max = limits::http_strangers_per_address_max;
  std::size_t streams_max = limits::http_streams_max;
  std::size_t streams_per_sender_max = limits::http_streams_max / 16;
  std::size_t body_bytes_waiting_max = limits::http_body_bytes_waiting_max;
  std::size_t body_bytes_per_sender_max = limits::http_body_bytes_waiting_max / 4;
  std::int64_t handshake_ms = 10'000;  ///< a fifth of it while strangers are crowded
  std::int64_t request_ms = 30'000;    ///< from a request's first byte to its last
  /// A body must come at least so fast, but for its first moments.
  std::int64_t body_grace_ms = 5'000;
  std::uint64_t body_bytes_per_second = 16u << 10;
  std::int64_t idle_ms = 300'000;  ///< between requests
  std::int64_t stranger_idle_ms = 10'000;
  std::int64_t write_ms = 30'000;
  std::int64_t stream_ms = 200;    ///< between two looks for more of a response
  std::int64_t linger_ms = 2'000;  ///< what comes after a refusal is read and thrown away so long
};

/// What is said of a request whose head is there.
struct admission {
  std::optional<response> refusal;
  std::string sender{};      ///< in whose share body and stream count; empty: its network's
  std::uint64_t memory = 0;  ///< that the body takes until it is answered, if more than its bytes
};

struct server_hooks {
  /// Asked at the end of a handshake about one whose certificate is of our authority: false keeps
  /// it among the strangers. Its requests are answered all the same.
  std::function<bool(const peer& who)> is_known;
  /// Asked once the head is there (`body` is empty), before a byte of the body is read: a refusal
  /// ends the request; a 401, and one to a request with a body, the connection with it.
  std::function<admission(const request& head, std::uint64_t body_bytes)> admit;
  /// A whole request; `reply` is called once, also after the server is gone. Must not block.
  std::function<void(request whole, reply_function reply)> handle;
  /// Of requests that are none, or find no room: the problem that answers them, of which no other
  /// hook hears.
  std::function<void(unsigned status)> malformed;
};

class server {
 public:
  /// Listens; the process ignores SIGPIPE from now on. Errors: io (address, port), invalid_input
  /// (certificate, key or authority).
  static result<std::unique_ptr<server>> start(const server_settings& settings, server_hooks hooks);
  /// As stop(0).
  virtual ~server() = default;
  virtual std::uint16_t port() const = 0;
  virtual std::size_t connections() const = 0;
  /// Accepts no more, lets requests under way end for so long, closes the rest. Hooks are not
  /// called any more when it returns; replies may still come and are dropped.
  virtual void stop(std::int64_t drain_ms) = 0;
};

}  // namespace whorl::apps::http
