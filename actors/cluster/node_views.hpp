// What is known of the nodes of a cluster from their reports, and what follows from it: who is
// alive, and who can be searched for a partition now. Kept by the cluster supervisor, and by every
// node that fans a search out. Moments are the keeper's own, of when reports arrived: the clocks of
// two machines are never compared.
// Owner: who keeps the views. Limits: at most limits::nodes_max are noted by membership_core.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "messages/cluster.hpp"

namespace whorl::cluster {

struct liveness_settings {
  std::int64_t suspect_ms = 1000;  ///< without a report: not searched
  std::int64_t dead_ms = 30'000;   ///< without a report: its replicas are placed elsewhere
};

enum class liveness : std::uint8_t { alive, suspect, dead };
std::string_view to_string(liveness state);

struct node_view {
  node_report report;      ///< the newest; its replicas in order of partitions
  instant heard_at;        ///< when it arrived; before the first: when the node was expected
  bool heard = false;      ///< it has reported to whoever keeps this view
  bool connected = false;  ///< its connection is not known to be down
};
using node_views = std::map<std::string, node_view, std::less<>>;

/// Takes over a report that arrived at `now`.
void note_report(node_views& views, node_report report, instant now);

liveness liveness_of(const node_view& view, instant now, const liveness_settings& settings);

/// What the node said of its replica of a partition; null when it said nothing.
const replica_report* find_replica(const node_view& view, partition_id partition);

/// Whether the node is alive and its replica of the partition ready.
bool is_ready(const node_view& view, partition_id partition, instant now,
              const liveness_settings& settings);

/// Nodes that can be searched for `partition` now, in the map's order of preference: named by the
/// map, alive, their replica ready and at least at `least_seq` of its gallery's stream by their
/// last report (0: at anything; a replica that is behind would have to catch up first).
std::vector<std::string> searchable_nodes(const partition_map& map, partition_id partition,
                                          const node_views& views, instant now,
                                          const liveness_settings& settings,
                                          std::uint64_t least_seq = 0);

}  // namespace whorl::cluster
