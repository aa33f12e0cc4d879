// A node of a cluster inside this process, for programs: starts the actor system and the member,
// and stops in order. Hides CAF from the callers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/cluster/exchange.hpp"
#include "actors/cluster/node_counts.hpp"
#include "messages/cluster.hpp"
#include "messages/result.hpp"

namespace whorl::actors {

struct cluster_node_settings {
  node_place place;
  std::string folder;  ///< of the replicas; made when absent
  /// The exchange, or all that can be: tried one after the other.
  std::vector<exchange_address> exchanges = {{"127.0.0.1", 7400}};
  transport_settings transport;
  std::size_t threads = 0;  ///< workers of searches; 0: one a core
  bool use_index = true;
  std::uint64_t incarnation = 0;  ///< drawn by the caller, anew at each start
  /// Called once, on a thread of the node: it cannot go on (its folder, its name).
  std::function<void(const error&)> on_failed;
  event_function on_event;  ///< empty: on stdout
};

class cluster_node {
 public:
  /// Looks for its exchange until it has it, again whenever it is lost. Errors: of use_transport.
  static result<std::unique_ptr<cluster_node>> start(const cluster_node_settings& settings);
  virtual ~cluster_node() = default;  ///< stops; its replicas stay for the next start
  /// What it counts, and holds now; from any thread. unavailable: it does not answer.
  virtual result<node_counts> counts() = 0;
};

}  // namespace whorl::actors
