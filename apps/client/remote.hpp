// A gateway, asked over HTTPS with a certificate: for the command line as a client. Thin: what an
// answer means is in answer.hpp. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "messages/bytes.hpp"
#include "messages/result.hpp"

namespace whorl::apps::client {

struct remote_settings {
  std::string url;                          ///< https://host:port
  std::string certificate, key, authority;  ///< PEM files
  long patience_ms = 120'000;               ///< of one request
};

struct remote_answer {
  unsigned status = 0;
  std::string content_type, body;
  std::int64_t retry_after_s = 0;  ///< of a 429 or 503; 0: not said
};

class remote {
 public:
  /// Errors: invalid_input (no https URL), not_found (a file that is not there, by name).
  static result<std::unique_ptr<remote>> make(const remote_settings& settings);
  virtual ~remote() = default;
  /// `path` begins with /. Any status is an answer. Errors: unavailable (nobody answers there),
  /// forbidden (TLS: whose certificate is not taken, and what to do), limit_exceeded.
  virtual result<remote_answer> get(const std::string& path) = 0;
  virtual result<remote_answer> post(const std::string& path, byte_view body,
                                     const std::string& content_type) = 0;
};

/// For a query's value or a path's segment.
std::string escaped(std::string_view text);

}  // namespace whorl::apps::client
