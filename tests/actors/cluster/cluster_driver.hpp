// A cluster around a membership_core: nodes that take maps over, copy, become ready and drop, in
// virtual time, as the core's effects tell them. Looks at every map that is published.
#pragma once

#include <optional>

#include "actors/cluster/membership_core.hpp"
#include "tests/actors/cluster/cluster_support.hpp"

namespace whorl::cluster::test {

class cluster_driver {
 public:
  explicit cluster_driver(membership_settings settings)
      : settings_(settings), core_(settings, std::nullopt, {}, {0}) {}

  struct node {
    node_place place;
    bool running = true;    ///< reports
    bool draining = false;  ///< says so itself
    std::uint64_t incarnation = 1;
    std::uint32_t map_epoch = 0;
    /// What it holds, and how many steps each still needs to be ready.
    std::map<partition_id, int> replicas;
  };

  void join(const node_place& place) { nodes_[place.name].place = place; }
  node& at(const std::string& name) { return nodes_.at(name); }
  std::map<std::string, node>& nodes() { return nodes_; }
  membership_core& core() { return core_; }
  instant now() const { return {now_ms_}; }
  int published() const { return published_; }
  int copies() const { return copies_; }
  int refused() const { return refused_; }
  bool stood_down() const { return stood_down_; }
  int copy_steps = 3;  ///< a copy takes

  /// 200 ms: everybody who runs works and reports, the supervisor ticks.
  void step() {
    now_ms_ += 200;
    for (auto& [name, n] : nodes_) {
      if (!n.running) continue;
      work(n);
      perform(core_.on_report(report_of(n), now()));
    }
    perform(core_.on_tick(now()));
  }
  void run(int steps) {
    for (int i = 0; i < steps; ++i) step();
  }

  void order(const cluster_order& what) {
    auto effects = core_.on_order(what, now());
    if (effects) perform(*effects);
  }

  /// The process stops and starts again, with its disk or without.
  void restart(const std::string& name, bool keeps_disk = true) {
    node& n = nodes_.at(name);
    n.running = true;
    ++n.incarnation;
    n.map_epoch = 0;
    if (!keeps_disk) n.replicas.clear();
  }

  /// Another process holds the lease from now on.
  void change_holder() {
    core_ = membership_core(settings_, map_.epoch == 0 ? std::nullopt : std::optional(map_),
                            drained_, now());
  }

  node_report report_of(const node& n) const {
    node_report report{n.place, n.incarnation, n.map_epoch, n.draining, 0, {}};
    for (const auto& [partition, left] : n.replicas)
      report.replicas.push_back(
          {partition, left > 0 ? replica_state::copying : replica_state::ready, 1, 1});
    return report;
  }

  /// Nodes of `map` that hold the partition ready, as far as anybody can know who is running.
  std::size_t ready_now(const partition_map& map, partition_id partition) const {
    std::size_t count = 0;
    const placement* placed = find_placement(map, partition);
    if (placed == nullptr) return 0;
    for (const std::string& name : placed->nodes) {
      const auto found = nodes_.find(name);
      if (found == nodes_.end() || core_.state_of(name, now()) != liveness::alive) continue;
      const auto replica = found->second.replicas.find(partition);
      count += replica != found->second.replicas.end() && replica->second == 0 ? 1 : 0;
    }
    return count;
  }
  std::size_t least_ready() const {
    std::size_t least = map_.placements.empty() ? 0 : limits::nodes_max;
    for (const placement& p : map_.placements)
      least = std::min(least, ready_now(map_, p.partition));
    return least;
  }

 private:
  /// Takes the map in force over, and works on each copy.
  void work(node& n) {
    for (auto& [partition, left] : n.replicas) left = std::max(0, left - 1);
    if (n.map_epoch == map_.epoch) return;
    n.map_epoch = map_.epoch;
    std::map<partition_id, int> kept;
    for (const placement& p : map_.placements) {
      if (std::find(p.nodes.begin(), p.nodes.end(), n.place.name) == p.nodes.end()) continue;
      const auto had = n.replicas.find(p.partition);
      kept[p.partition] = had == n.replicas.end() ? copy_steps : had->second;
    }
    n.replicas = std::move(kept);
  }

  void perform(const membership_effects& effects) {
    for (const auto& effect : effects) {
      if (const auto* publish = std::get_if<membership_effect::publish>(&effect)) {
        take_over(publish->map);
      } else if (const auto* copy = std::get_if<membership_effect::copy>(&effect)) {
        ++copies_;
        const placement* p = find_placement(map_, copy->what.to.partition);
        RC_ASSERT(std::count(p->nodes.begin(), p->nodes.end(), copy->what.to.node) == 1);
        if (!copy->what.from.empty())
          RC_ASSERT(at(copy->what.from).replicas.at(copy->what.to.partition) == 0);
      } else if (const auto* drained = std::get_if<membership_effect::remember_drained>(&effect)) {
        drained_ = drained->nodes;
      } else if (std::holds_alternative<membership_effect::refuse_node>(effect)) {
        ++refused_;
      } else if (std::holds_alternative<membership_effect::stand_down>(effect)) {
        stood_down_ = true;
      }
    }
  }

  void take_over(const partition_map& next) {
    RC_ASSERT(check_map(next).has_value());
    RC_ASSERT(next.epoch == map_.epoch + 1);
    RC_ASSERT((next.placements != map_.placements || next.replicas != map_.replicas));
    for (const placement& p : next.placements) {
      const std::size_t before = ready_now(map_, p.partition);
      RC_ASSERT(ready_now(next, p.partition) >= std::min<std::size_t>(next.replicas, before));
    }
    ++published_;
    map_ = next;
  }

  membership_settings settings_;
  membership_core core_;
  std::map<std::string, node> nodes_;
  partition_map map_;
  std::set<std::string> drained_;
  std::int64_t now_ms_ = 0;
  int published_ = 0, copies_ = 0, refused_ = 0;
  bool stood_down_ = false;
};

}  // namespace whorl::cluster::test
