// What the cluster supervisor decides from the reports of nodes: who is alive, where replicas
// belong, and which step towards that comes next. One core for as long as its process holds the
// lease (lease_core.hpp); what outlives it are the map in force and the names of drained nodes.
//
//   report, lost connection, tick, order -> node_views -> goal (placement.hpp)
//     -> next step (map_steps.hpp) -> publish -> copy, drop
//
// alive -> suspect (suspect_ms without a report, or its connection is down: not searched)
//       -> dead (dead_ms: its replicas are placed elsewhere). Who returns before that keeps its
//       replicas; who returns later keeps those that nobody has taken over yet.
//
// Effects are to be carried out in their order. `publish` must be durable, by compare-and-set and
// under the holder's lease, before anything after it is done; when it is refused somebody else
// publishes, and this core is to be thrown away. A copy or drop may be ordered again: nodes take
// both as "so it should be", and a node may as well read them out of the map.
// A node of another protocol is refused: it is as one that is away until it, or the exchange, is
// upgraded. A replica that has failed stays where it is, and does not count as ready: the node's
// log says why, and a person restarts the node or orders a move. After a change of holder nothing
// is placed anew until every node of the map has reported or is dead. Owner: the cluster
// supervisor. Pure: moments are handed in. Limits: limits::nodes_max nodes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "actors/cluster/map_steps.hpp"
#include "messages/result.hpp"

namespace whorl::cluster {

struct membership_settings {
  std::uint32_t partition_count = 1;  ///< of each gallery; of a map in force: as it says
  std::uint32_t replicas = 2;
  std::uint32_t copies_at_once = 2;  ///< received and sent, each, by one node
  std::uint32_t first_nodes = 1;     ///< alive before the first map of a cluster is made
  liveness_settings live;
  /// Of nodes: others are refused.
  std::uint32_t protocol_oldest = node_protocol_oldest, protocol_newest = node_protocol;
  /// No other can hold the lease (one process has the store), and it has every partition: maps that
  /// nodes have seen and it has not are of its own past, and it is whom replicas are copied from.
  bool has_everything = false;
};

/// Orders of people.
struct drain_order {
  std::string node;  ///< gives its replicas away, one after the other, and gets none
};
struct undrain_order {
  std::string node;
};
struct move_order {
  partition_id partition;
  std::string from, to;
};
/// The node will not come back: what it held is lost. Refused while it is alive.
struct forget_order {
  std::string node;
};
/// Forgets moves that were ordered and have not ended, and levels the loads.
struct rebalance_order {};
using cluster_order =
    std::variant<drain_order, undrain_order, move_order, forget_order, rebalance_order>;

namespace membership_effect {
struct publish {
  partition_map map;
};
struct copy {
  copy_order what;
};
struct drop {
  placed_replica what;
};
/// To be kept beside the map.
struct remember_drained {
  std::set<std::string> nodes;
};
/// A report that is not taken; the process that sent it is told why.
struct refuse_node {
  std::string name;
  std::uint64_t incarnation = 0;
  error why;
};
/// A node has seen a newer map than this core has made: somebody else holds the lease.
struct stand_down {
  std::uint32_t seen_epoch = 0;
};
}  // namespace membership_effect

using membership_effects =
    std::vector<std::variant<membership_effect::publish, membership_effect::copy,
                             membership_effect::drop, membership_effect::remember_drained,
                             membership_effect::refuse_node, membership_effect::stand_down>>;

class membership_core {
 public:
  /// `in_force`: the map that was published last (check_map), none in a new cluster. `drained`: as
  /// remembered.
  membership_core(membership_settings settings, std::optional<partition_map> in_force,
                  std::set<std::string> drained, instant now);

  membership_effects on_report(const node_report& report, instant now);
  /// The connection to a node is down.
  membership_effects on_lost(const std::string& name, instant now);
  /// Expected at least every suspect_ms.
  membership_effects on_tick(instant now);
  /// not_found: no such node or partition; conflict: it cannot be done as things stand;
  /// invalid_input: it makes no sense.
  result<membership_effects> on_order(const cluster_order& order, instant now);

  const partition_map& map() const { return in_force_; }
  const partition_map& goal() const { return goal_; }
  const node_views& views() const { return views_; }
  const std::set<std::string>& drained() const { return drained_; }
  /// Nodes that were refused lately since they speak another protocol.
  struct other_version {
    std::uint32_t protocol = 0;
    instant heard_at;
  };
  const std::map<std::string, other_version>& other_versions() const { return other_versions_; }
  liveness state_of(const std::string& name, instant now) const;
  /// The goal is in force, and nothing is on its way.
  bool settled() const { return in_force_.placements == goal_.placements; }

 private:
  static constexpr std::uint32_t overtaken_max = 1'000'000;  ///< steps of a map
  membership_effects overtake(const node_report& report, instant now);
  std::optional<error> refusal(const node_report& report, instant now) const;
  bool everybody_known(instant now) const;
  std::vector<node_place> places(instant now) const;
  void plan(instant now);
  void apply_ordered_moves();
  membership_effects advance(instant now);
  void note_other_version(const node_report& report, instant now);
  void forget_the_dead(instant now);
  bool draining(const node_view& view) const;

  status take(const drain_order& order, instant now);
  status take(const undrain_order& order, instant now);
  status take(const move_order& order, instant now);
  status take(const forget_order& order, instant now);
  status take(const rebalance_order& order, instant now);

  membership_settings settings_;
  partition_map in_force_, goal_;
  node_views views_;
  std::set<std::string> drained_;
  std::vector<node_place> planned_for_;
  std::map<partition_id, std::pair<std::string, std::string>> ordered_;  ///< from, to
  copy_sources sources_;
  std::map<std::string, other_version> other_versions_;  ///< at most limits::nodes_max
  bool planned_ = false;                                 ///< the goal is of planned_for_
  bool stood_down_ = false;
};

}  // namespace whorl::cluster
