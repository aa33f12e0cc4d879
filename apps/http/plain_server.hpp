// HTTP without TLS and without callers, for monitors: GET alone, no body, one request a connection.
// What it answers must be for everybody who can reach its address. One thread, bounded connections,
// a deadline for each.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "apps/http/message.hpp"
#include "messages/result.hpp"

namespace whorl::apps::http {

struct plain_settings {
  std::string address = "127.0.0.1";  ///< numeric
  std::uint16_t port = 0;             ///< 0: the system picks one
  std::size_t connections_max = 64;   ///< more are closed at once
  std::int64_t deadline_ms = 10'000;  ///< from accepting to the response's last byte
};

class plain_server {
 public:
  /// `answer` is called on the server's thread with the target of a GET, one after the other.
  using answer_function = std::function<response(const std::string& target)>;
  /// Errors: io (address, port), invalid_input (not numeric).
  static result<std::unique_ptr<plain_server>> start(const plain_settings& settings,
                                                     answer_function answer);
  virtual ~plain_server() = default;  ///< stops; connections are cut
  virtual std::uint16_t port() const = 0;
};

}  // namespace whorl::apps::http
