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
#include "apps/http/strangers.hpp"

namespace whorl::apps::http {

class connection;

/// What connections and server share; the last of them frees it.
struct shared_state {
  shared_state(server_settings s, server_hooks h)
      : settings(std::move(s)),
        hooks(std::move(h)),
        strangers(settings.strangers_max, settings.strangers_per_address_max),
        certified(settings.connections_max, settings.connections_per_certificate_max),
        bodies(settings.body_bytes_waiting_max, settings.body_bytes_per_sender_max),
        streams(settings.streams_max, settings.streams_per_sender_max) {}
  const server_settings settings;
  const server_hooks hooks;
  std::atomic<std::size_t> connections{0}, requests{0};
  std::atomic<bool> draining{false};
  stranger_list strangers;
  shared_room certified;  ///< by serial number
  shared_room bodies;     ///< in bytes, by sender
  shared_room streams;    ///< responses that grow, by sender
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
  /// `entered`: its ticket among the strangers, where it leaves.
  virtual void run(stranger_list::ticket entered) = 0;
  /// Idle: closed at once. Answering: the response is the last.
  virtual void close_when_idle() = 0;
  virtual void close_now() = 0;
  /// Nothing when it is dying.
  virtual std::shared_ptr<connection> held() = 0;
};

/// `address` is the other end's, numeric.
std::shared_ptr<connection> make_connection(boost::asio::ip::tcp::socket socket,
                                            boost::asio::ssl::context& tls, std::string address,
                                            std::shared_ptr<shared_state> state);

}  // namespace whorl::apps::http
