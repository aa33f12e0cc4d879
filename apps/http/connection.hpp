// One connection of the server: TLS, one request after the other, its limits and deadlines.
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstddef>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "apps/http/server.hpp"
#include "apps/http/shares.hpp"

namespace whorl::apps::http {

class connection;

/// What connections and server share; the last of them frees it.
struct shared_state {
  shared_state(server_settings s, server_hooks h)
      : settings(std::move(s)),
        hooks(std::move(h)),
        strangers(settings.strangers_max, settings.strangers_per_address_max),
        certified(settings.connections_max, settings.connections_per_certificate_max) {}
  const server_settings settings;
  const server_hooks hooks;
  std::atomic<std::size_t> connections{0}, requests{0}, body_bytes{0}, streams{0};
  std::atomic<bool> draining{false};
  shared_room strangers;  ///< by address
  shared_room certified;  ///< by serial number
  std::mutex mutex;
  std::set<connection*> open;  ///< those alive, to be closed by stop()
  /// Those whose request is with the hooks. They live here and not in the reply, which may outlast
  /// the server.
  std::set<std::shared_ptr<connection>> asked;
  bool stopped = false;  ///< nothing runs any more: replies are dropped
};

class connection {
 public:
  virtual ~connection() = default;
  virtual void run() = 0;
  /// Idle: closed at once. Answering: the response is the last.
  virtual void close_when_idle() = 0;
  virtual void close_now() = 0;
  /// Nothing when it is dying.
  virtual std::shared_ptr<connection> held() = 0;
};

/// `address` has been let in to state->strangers; the connection leaves there.
std::shared_ptr<connection> make_connection(boost::asio::ip::tcp::socket socket,
                                            boost::asio::ssl::context& tls, std::string address,
                                            std::shared_ptr<shared_state> state);

}  // namespace whorl::apps::http
