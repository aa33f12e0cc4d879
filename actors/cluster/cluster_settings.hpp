// The numbers of a cluster's exchange.
#pragma once

#include <caf/all.hpp>

#include <cstdint>
#include <functional>
#include <string>

#include "actors/cluster/exchange.hpp"
#include "actors/time_source.hpp"

namespace whorl::actors {

struct cluster_settings {
  cluster::membership_settings membership;  ///< its partition_count is the store's
  fan_out_settings fan_out;                 ///< likewise
  time_source time;
  std::string exchange_name = "exchange";
  std::int64_t tick_ms = 100;
  bool detach_edges = true;  ///< false in simulation
  bool durable = true;       ///< false in simulation
  /// Called in place of publish_port: what is kept of the cluster cannot be used.
  std::function<void(const error&)> on_failed;
  event_function on_event;  ///< empty: on stdout
  /// As exchange_settings says.
  std::function<bool()> is_current;
  /// Makes the port reachable for nodes.
  std::function<void(const caf::actor& port)> publish_port;
};

}  // namespace whorl::actors
