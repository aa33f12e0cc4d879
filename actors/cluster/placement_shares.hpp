// How many replicas of one gallery each node should hold: in proportion to its weight, as far as
// the rules of placement allow it. A node holds at most one replica of a partition, and so does a
// zone while there are as many zones as replicas; what a heavy node may not take goes to the others
// in proportion. Integer arithmetic: the same on every machine. Owner: placement. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace whorl::cluster {

/// Between these a node's load is fair: the two whole numbers around its share, or the share itself
/// twice when it is whole.
struct fair_share {
  std::uint32_t least = 0, most = 0;
  friend bool operator==(const fair_share&, const fair_share&) = default;
};

/// One that takes part in a division.
struct claimant {
  std::uint64_t weight = 0;           ///< above 0; all together below 2^42
  std::uint64_t least = 0, most = 0;  ///< what it must and may get
};

/// Divides `total` (below 2^21) in proportion to weights within everybody's bounds: who would get
/// more or less than allowed is set to the bound, and the rest is divided anew among the others (as
/// flexible lengths are resolved in CSS Flexible Box Layout, section 9.7). Rounded down: what is
/// left over is less than one unit a claimant. Expects sum of least <= total <= sum of most.
std::vector<std::uint64_t> divide(std::uint64_t total, std::span<const claimant> among);

/// One node: its weight (above 0) and its zone, an index below the number of zones.
struct weighed_node {
  std::uint32_t weight = 1;
  std::uint32_t zone = 0;
};

/// Shares of `partitions * min(replicas, nodes)` replicas. Where there are fewer zones than
/// replicas each zone holds at least one of every partition, however light it is.
std::vector<fair_share> fair_shares(std::span<const weighed_node> nodes, std::uint32_t zones,
                                    std::uint32_t partitions, std::uint32_t replicas);

}  // namespace whorl::cluster
