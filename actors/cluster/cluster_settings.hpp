// The numbers of a cluster's exchange.
#pragma once

#include <caf/all.hpp>

#include <cstdint>
#include <functional>
#include <string>

#include "actors/cluster/membership_core.hpp"
#include "actors/time_source.hpp"

namespace whorl::actors {

struct fan_out_settings {
  std::uint32_t partition_count = 1;
  /// A second place is asked after the time that all but this share of rounds have ended in.
  double hedge_share = 0.05;
  std::int64_t hedge_min_ms = 20, hedge_max_ms = 2000;
  /// Of ten rounds, how many may ask a second place: hedges must not double the load that made
  /// them slow.
  unsigned hedges_of_ten = 1;
  /// A node on whose part of a round no work is done for so long is passed over.
  std::int64_t patience_ms = 2000;
};

struct cluster_settings {
  cluster::membership_settings membership;  ///< its partition_count is the store's
  fan_out_settings fan_out;                 ///< likewise
  time_source time;
  std::string exchange_name = "exchange";
  std::int64_t tick_ms = 100;
  bool detach_edges = true;  ///< false in simulation
  bool durable = true;       ///< false in simulation
  /// Makes the port reachable for nodes.
  std::function<void(const caf::actor& port)> publish_port;
};

}  // namespace whorl::actors
