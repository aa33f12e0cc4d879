// Where the replicas of every partition belong: R nodes each, no two replicas of a partition on one
// node and, as far as there are zones, none in the same zone. Nodes that fail, join or are drained
// change as little as can be.
//
// Who gets what is drawn by weighted rendezvous hashing (rendezvous.hpp), with bounded loads: with
// the 8 to 1,024 partitions of a gallery the plain method leaves the fullest node with up to twice
// its share, so a node takes no more than its fair share rounded up, and gets no less than it
// rounded down (placement_shares.hpp), in each gallery by itself. Who has reached that is passed
// over, as in consistent hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam, SODA
// 2018). Where rules and shares cannot both be kept, the rules are and loads are as near as moves
// get them.
//
// A bounded draw from nothing moves more than it must when a node comes or goes, because who is
// passed over shifts everywhere. So a change starts from the map in force: replace() keeps what is
// where it may be, fills gaps and moves single replicas until all loads are fair again. A node that
// joins takes its share rounded down and nothing else moves; of one that goes, what it held moves,
// and at most two replicas more (equal nodes, random clusters). In return the map depends on its
// history. Measured by WHORL_LONG=1 test_cluster_cores -tc="placement: measured*" (R = 2):
//   partitions nodes | fullest node over mean | a node joins: moved over a new node's share
//                    | plain       here       | plain   drawn anew   replace()
//           64    10 | 1.56        1.02       | 1.07    1.55         0.95
//          256    10 | 1.31        1.02       | 0.93    1.32         0.99
//          256    40 | 2.11        1.02       | 0.72    3.68         0.96
//         1024    40 | 1.37        1.02       | 0.86    2.71         0.98
// With 1,024 nodes and 8 replicas of 1,024 partitions place() takes about 0.7 s.
//
// The same on every machine, and whatever the order of `nodes`: integers alone.
// Owner: the cluster supervisor. Pure. Limits: limits::nodes_max, partitions_max, replicas_max.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "messages/cluster.hpp"
#include "messages/result.hpp"

namespace whorl::cluster {

/// A map for an empty cluster; its epoch is 0 and the caller's to set. A node that is being drained
/// is handed in with weight 0. Expects names once each, 1 <= partition_count <= partitions_max and
/// 1 <= replicas <= replicas_max. With fewer nodes than replicas each partition has all of them,
/// without any node none: see short_partitions().
partition_map place(std::span<const node_place> nodes, std::uint32_t partition_count,
                    std::uint32_t replicas);

/// The map that follows `current` on these nodes; epoch, counts and replicas as in `current`. A
/// partition may be on more nodes than wanted, when replicas were moving: it stays on those that
/// are furthest below their share.
partition_map replace(const partition_map& current, std::span<const node_place> nodes);

/// Partitions with fewer nodes than replicas are wanted.
std::vector<partition_id> short_partitions(const partition_map& map);

/// One replica of one partition.
struct placed_replica {
  partition_id partition;
  std::string node;
  friend auto operator<=>(const placed_replica&, const placed_replica&) = default;
};

/// What it takes to get from one map to another, in order of partitions, then names.
struct map_moves {
  std::vector<placed_replica> copied;   ///< in the new map alone
  std::vector<placed_replica> dropped;  ///< in the old map alone
};
map_moves moves(const partition_map& before, const partition_map& after);

/// Whether a map from outside is whole: both galleries' partitions in order, names that can be, no
/// node twice for a partition, counts within limits. invalid_input names the first fault.
status check_map(const partition_map& map);

/// The nodes of a partition; null when it is not in the map.
const placement* find_placement(const partition_map& map, partition_id partition);

}  // namespace whorl::cluster
