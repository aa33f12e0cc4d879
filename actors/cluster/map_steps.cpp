#include "actors/cluster/map_steps.hpp"

#include <algorithm>

#include "messages/invariant.hpp"

namespace whorl::cluster {
namespace {

bool among(const std::vector<std::string>& nodes, const std::string& node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

std::vector<std::string> except(const std::vector<std::string>& nodes,
                                const std::vector<std::string>& others) {
  std::vector<std::string> rest;
  for (const std::string& node : nodes)
    if (!among(others, node)) rest.push_back(node);
  return rest;
}

class stepper {
 public:
  stepper(const partition_map& in_force, const partition_map& goal, const step_circumstances& c)
      : goal_(goal), c_(c), out_{in_force, {}} {
    INVARIANT(in_force.placements.size() == goal.placements.size());
  }

  map_step run() {
    for (std::size_t i = 0; i < goal_.placements.size(); ++i) take_away(i);
    for (std::size_t i = 0; i < goal_.placements.size(); ++i) tally(i);
    for (const placement& at : out_.map.placements) send_again(at);
    for (std::size_t i = 0; i < goal_.placements.size(); ++i) add(i);
    for (std::size_t i = 0; i < goal_.placements.size(); ++i) arrange(i);
    return std::move(out_);
  }

 private:
  const node_view* view(const std::string& node) const {
    const auto found = c_.views.find(node);
    return found == c_.views.end() ? nullptr : &found->second;
  }
  liveness state(const std::string& node) const {
    const node_view* seen = view(node);
    return seen == nullptr ? liveness::dead : liveness_of(*seen, c_.now, c_.live);
  }
  /// Ready under the map in force: a report that is older may speak of a replica that has been
  /// taken away since, and is now to come back.
  bool ready(const std::string& node, partition_id partition) const {
    const node_view* seen = view(node);
    return seen != nullptr && is_ready(*seen, partition, c_.now, c_.live) &&
           seen->report.map_epoch >= out_.map.epoch;
  }
  /// Ready for all that is known: not heard of for a moment, it may still answer.
  bool maybe_ready(const std::string& node, partition_id partition) const {
    if (state(node) == liveness::dead) return false;
    const replica_report* replica = find_replica(*view(node), partition);
    return replica != nullptr && replica->state == replica_state::ready;
  }
  /// It is named for the partition, and its snapshot has not come yet.
  bool receives(const std::string& node, partition_id partition) const {
    const node_view* seen = view(node);
    if (seen == nullptr || !seen->heard || state(node) == liveness::dead) return false;
    const replica_report* replica = find_replica(*seen, partition);
    return replica == nullptr || replica->state == replica_state::copying;
  }

  void take_away(std::size_t i) {
    placement& at = out_.map.placements[i];
    const std::vector<std::string>& wanted = goal_.placements[i].nodes;
    for (const std::string& node : except(at.nodes, wanted)) {
      const bool gone = view(node) == nullptr;
      std::size_t before = 0, without = 0;
      for (const std::string& other : at.nodes) {
        if (maybe_ready(other, at.partition)) ++before;
        if (other != node && ready(other, at.partition)) ++without;
      }
      const std::size_t least =
          std::clamp<std::size_t>(std::max(before, wanted.size()), 1, goal_.replicas);
      if (gone || without >= least) std::erase(at.nodes, node);
    }
  }

  void tally(std::size_t i) {
    const placement& at = out_.map.placements[i];
    bool moving = at.nodes.size() > goal_.placements[i].nodes.size();
    for (const std::string& node : at.nodes) {
      if (!receives(node, at.partition)) continue;
      ++receiving_[node];
      moving = true;
      const auto source = c_.sources.find({at.partition, node});
      if (source != c_.sources.end()) ++sending_[source->second];
    }
    if (!moving) return;
    for (const std::string& node : except(at.nodes, goal_.placements[i].nodes)) ++leaving_[node];
  }

  /// The ready node of the partition that sends least; empty when all send as much as they may.
  std::string sender(const placement& at) {
    std::string best;
    for (const std::string& node : at.nodes) {
      if (!ready(node, at.partition) || sending_[node] >= c_.copies_at_once) continue;
      if (best.empty() || sending_[node] < sending_[best]) best = node;
    }
    return best;
  }

  /// Copies whose sender is dead or has no ready replica any more, and those nobody remembers the
  /// sender of.
  void send_again(const placement& at) {
    for (const std::string& node : at.nodes) {
      const placed_replica to{at.partition, node};
      if (!receives(node, at.partition) || state(node) != liveness::alive) continue;
      const auto source = c_.sources.find(to);
      if (source != c_.sources.end()) {
        if (source->second.empty()) continue;  // it fills from the stream
        if (maybe_ready(source->second, at.partition)) continue;
      }
      const std::string from = sender(at);
      if (from.empty()) continue;
      ++sending_[from];
      out_.copies.push_back({to, from});
    }
  }

  void add(std::size_t i) {
    placement& at = out_.map.placements[i];
    const std::vector<std::string>& wanted = goal_.placements[i].nodes;
    const std::vector<std::string> left = except(at.nodes, wanted);
    const bool empty = at.nodes.empty();
    for (const std::string& node : except(wanted, at.nodes)) {
      if (at.nodes.size() >= limits::placed_nodes_max) return;
      if (empty) {
        at.nodes.push_back(node);
        out_.copies.push_back({{at.partition, node}, ""});
        continue;
      }
      const bool patient = std::any_of(left.begin(), left.end(), [&](const std::string& from) {
        return state(from) != liveness::dead && leaving_[from] >= c_.copies_at_once;
      });
      if (patient || state(node) != liveness::alive || receiving_[node] >= c_.copies_at_once)
        continue;
      const std::string from = sender(at);
      if (from.empty() && !c_.supervisor_sends) continue;
      ++sending_[from];
      ++receiving_[node];
      for (const std::string& leaves : left) ++leaving_[leaves];
      at.nodes.push_back(node);
      out_.copies.push_back({{at.partition, node}, from});
    }
  }

  /// The goal's order of preference; who is to leave comes last.
  void arrange(std::size_t i) {
    std::vector<std::string>& nodes = out_.map.placements[i].nodes;
    const std::vector<std::string> left = except(nodes, goal_.placements[i].nodes);
    std::vector<std::string> ordered;
    for (const std::string& node : goal_.placements[i].nodes)
      if (among(nodes, node)) ordered.push_back(node);
    ordered.insert(ordered.end(), left.begin(), left.end());
    nodes = std::move(ordered);
  }

  const partition_map& goal_;
  const step_circumstances& c_;
  map_step out_;
  std::map<std::string, std::uint32_t> receiving_, sending_, leaving_;
};

}  // namespace

map_step next_step(const partition_map& in_force, const partition_map& goal,
                   const step_circumstances& circumstances) {
  return stepper(in_force, goal, circumstances).run();
}

std::vector<partition_id> lost_partitions(const partition_map& in_force, const node_views& views,
                                          instant now, const liveness_settings& settings) {
  std::vector<partition_id> lost;
  for (const placement& at : in_force.placements) {
    const bool somebody =
        std::any_of(at.nodes.begin(), at.nodes.end(), [&](const std::string& node) {
          const auto view = views.find(node);
          return view != views.end() && liveness_of(view->second, now, settings) != liveness::dead;
        });
    if (!somebody && !at.nodes.empty()) lost.push_back(at.partition);
  }
  return lost;
}

}  // namespace whorl::cluster
