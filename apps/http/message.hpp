// A request and its response as the service sees them: no socket, no library's types.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "messages/bytes.hpp"
#include "messages/ids.hpp"

namespace whorl::apps::http {

/// Who is at the other end, as TLS knows it.
struct peer {
  std::string address;            ///< numeric, without port
  std::string name;               ///< common name of the certificate; empty: none was shown
  std::string serial;             ///< 32 hexadecimal digits, as pki::issued
  std::int64_t expires_at_s = 0;  ///< the certificate's notAfter: a connection may outlive it
  /// Why the certificate proves nothing, in OpenSSL's words (expired, unknown issuer ...); empty
  /// when it was issued by our authority and holds now.
  std::string fault;
};

struct request {
  peer from;
  std::string method, target, content_type;
  std::string content_encoding;  ///< every coding, as they came; empty: none
  std::string bearer;            ///< the token of an Authorization of that kind
  bytes body;
  std::chrono::steady_clock::time_point begun;  ///< its head was there
};

struct response {
  unsigned status = 200;
  std::string content_type = "application/json", body;
  std::vector<std::pair<std::string, std::string>> headers;
  /// Set: what follows `body`, asked every `server_settings::stream_ms` on the connection's thread;
  /// nothing ends the response. Not asked any more once the server has stopped.
  std::function<std::optional<std::string>()> more;
  std::optional<booking_id> booking{};  ///< that the request has made, for the log
};

/// Called once, on any thread.
using reply_function = std::function<void(response)>;

}  // namespace whorl::apps::http
