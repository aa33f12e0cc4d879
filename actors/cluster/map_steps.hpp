// From the map in force to the one that is wanted, without a partition losing readiness on the way:
// a replica is added first, copied, and only when it is ready the one it replaces is taken away
// (make before break). Each step is a map of its own that is published before anything is done.
//
// Added: a node of the goal, when some node that is in force is ready and can send, and neither has
//   more copies in hand than allowed; a node that is left gives away as many at a time. A partition
//   that is on no node at all is placed at once: there is nothing to copy.
// Taken away: a node outside the goal, when as many replicas are ready without it as are wanted, or
//   as the goal can have; while it lives, never so that fewer are ready than before. So a node
//   cannot be drained where nobody could take its place.
// Waits, unless the supervisor has everything: a partition whose last replicas are on nodes that do
// not answer. Placing it anew would
//   make an empty partition out of people who are only not there now.
// Owner: membership_core. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "actors/cluster/node_views.hpp"
#include "actors/cluster/placement.hpp"

namespace whorl::cluster {

/// A replica to be made ready by copying it from another node; `from` empty: there is nobody to
/// copy from, the partition begins empty and follows its gallery's stream.
struct copy_order {
  placed_replica to;
  std::string from;
  friend bool operator==(const copy_order&, const copy_order&) = default;
};

/// Who sends what is on its way.
using copy_sources = std::map<placed_replica, std::string>;

struct step_circumstances {
  const node_views& views;  ///< a node that is not among them will not come back
  instant now;
  liveness_settings live;
  std::uint32_t copies_at_once = 2;  ///< received and sent, each, by one node
  const copy_sources& sources;
  /// The supervisor has every partition and sends: no node need be ready for another to copy.
  bool supervisor_sends = false;
};

struct map_step {
  partition_map map;               ///< with the epoch of the one in force
  std::vector<copy_order> copies;  ///< new ones, and those whose sender has been lost
};

map_step next_step(const partition_map& in_force, const partition_map& goal,
                   const step_circumstances& circumstances);

/// Partitions of which every node is dead or gone: nobody can answer for them until one of those
/// nodes returns.
std::vector<partition_id> lost_partitions(const partition_map& in_force, const node_views& views,
                                          instant now, const liveness_settings& settings);

}  // namespace whorl::cluster
