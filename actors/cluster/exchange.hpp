// A cluster as programs see it, without CAF: what an exchange is told, and what it says of its
// nodes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "actors/cluster/membership_core.hpp"
#include "actors/cluster/node_event.hpp"
#include "actors/cluster/round_counts.hpp"

namespace whorl::actors {

/// PEM files; all or none.
struct transport_settings {
  std::string certificate, key, authority;
  /// A connection on which nothing came for the latter, heartbeats neither, is closed.
  std::int64_t heartbeat_ms = 200, timeout_ms = 1000;
  bool secured() const { return !certificate.empty(); }
};

/// Where nodes connect to.
struct exchange_address {
  std::string host;
  std::uint16_t port = 0;
  friend bool operator==(const exchange_address&, const exchange_address&) = default;
};

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
  /// Called on a worker thread at the end of each round; must not block. Empty: nobody is told.
  std::function<void(const round_note&)> on_round;
};

/// Of the process that has the store: nodes that connect to address:port hold replicas of its
/// partitions and answer searches.
struct exchange_settings {
  transport_settings transport;
  std::string address = "127.0.0.1";        ///< the cluster's own interface
  std::uint16_t port = 7400;                ///< 0: the system picks one
  cluster::membership_settings membership;  ///< its partition_count is the store's
  fan_out_settings fan_out;                 ///< likewise
  event_function on_event;                  ///< empty: on stdout
  /// Whether this is the exchange still, asked before nodes are answered. Empty: it is.
  std::function<bool()> is_current{};
};

/// For people: the map, and what each node last said.
struct cluster_status {
  struct node {
    node_report report;
    std::string liveness;
    bool drained = false;
  };
  /// One that was refused lately, and is given nothing: its program is of another protocol.
  struct other_version {
    std::string node;
    std::uint32_t protocol = 0;
  };
  partition_map map;
  bool settled = false;  ///< nothing is to be moved or copied
  std::vector<node> nodes;
  std::vector<other_version> other_versions;
  std::vector<std::pair<partition_id, std::size_t>> searchable;  ///< nodes that can be asked now
  fan_out_counts rounds;                                         ///< since the exchange started
};

}  // namespace whorl::actors
