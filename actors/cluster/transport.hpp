// How processes of a cluster reach each other: CAF's protocol over TLS 1.2+, both sides with a
// certificate of the cluster's own authority (`whorl pki --folder ... issue --node`). Whoever has
// one is a member: CAF 0.17 compares no names (docs/LIMITS.md). Without certificates only
// addresses of this machine are listened on or connected to: one forged header of the plain
// protocol costs gigabytes.
#pragma once

#include <caf/all.hpp>

#include <cstdint>
#include <string>

#include "actors/cluster/exchange.hpp"
#include "messages/result.hpp"

namespace whorl::actors {

/// Of a process that runs actors; `transport`: null where it speaks with no other. Whether
/// use_transport worked is to be asked before the system is used.
class process_config : public caf::actor_system_config {
 public:
  explicit process_config(std::size_t threads, const transport_settings* transport = nullptr);
  const status& usable() const { return usable_; }

 private:
  status usable_;
};

/// Before the actor system is made. invalid_input names the file that is missing, or not given.
status use_transport(caf::actor_system_config& config, const transport_settings& settings);

/// Lets other processes reach `port_actor` at address:port; 0: the system picks one. Returns it.
/// Errors: invalid_input (an address of the network without certificates), unavailable (in use).
result<std::uint16_t> publish(caf::actor_system& system, const transport_settings& settings,
                              const caf::actor& port_actor, const std::string& address,
                              std::uint16_t port);
/// Blocks while it connects. unavailable says why not.
result<caf::actor> reach(caf::actor_system& system, const transport_settings& settings,
                         const std::string& host, std::uint16_t port);

}  // namespace whorl::actors
