// A connection to the nats-servers of a cluster: TLS with certificates on both sides, and a user or
// a credentials file on top; nothing plain. Shared by the journal and the buckets of one process;
// safe from any thread. Reconnects are bounded: one that was given up is dialled anew when somebody
// needs it next. What libnats says becomes a whorl::error in nats_link.cpp alone.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "messages/result.hpp"

namespace whorl::storage::jetstream {

struct connection_options {
  /// "tls://host:port"; the host must stand in the server's certificate. Servers that these name in
  /// turn are not used.
  std::vector<std::string> servers;
  std::string ca_file, certificate_file, key_file;  ///< PEM; the servers' CA, and one's own
  std::string user, password;
  std::string credentials_file{};  ///< instead of user and password
  int timeout_ms = 2000;           ///< of one question
  /// How long one operation goes on asking while there is no leader or no connection.
  int patience_ms = 10'000;
  int reconnects_max = 40, reconnect_wait_ms = 250;  ///< then the link is given up
};

class link;  // nats_link.hpp

class connection {
 public:
  /// Dials. Errors: invalid_input (no server, CA, certificate or user), forbidden (certificate or
  /// user refused, by either side), unavailable (no server answers), io (a file cannot be read).
  static result<std::shared_ptr<connection>> open(connection_options options);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  const connection_options& options() const { return options_; }
  /// A link that is up now. Errors: as open; unavailable while it is being made again.
  result<std::shared_ptr<link>> current();

 private:
  explicit connection(connection_options options);
  connection_options options_;
  std::mutex mutex_;
  std::shared_ptr<link> link_;
};

}  // namespace whorl::storage::jetstream
