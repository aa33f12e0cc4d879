#include "actors/cluster/membership_core.hpp"

#include <algorithm>

#include "messages/invariant.hpp"
#include "messages/planted_bug.hpp"

namespace whorl::cluster {
namespace {

bool named(const placement& at, const std::string& node) {
  return std::find(at.nodes.begin(), at.nodes.end(), node) != at.nodes.end();
}

/// Whether two reports of a node differ in what decisions rest on.
bool differs(const node_report& before, const node_report& after) {
  if (before.place != after.place || before.draining != after.draining ||
      before.map_epoch != after.map_epoch || before.replicas.size() != after.replicas.size())
    return true;
  for (std::size_t i = 0; i < after.replicas.size(); ++i) {
    if (before.replicas[i].partition != after.replicas[i].partition ||
        before.replicas[i].state != after.replicas[i].state)
      return true;
  }
  return false;
}

error unknown_node(const std::string& name) {
  return make_error(errc::not_found, "no node " + name + " is known to the cluster");
}

}  // namespace

membership_core::membership_core(membership_settings settings,
                                 std::optional<partition_map> in_force,
                                 std::set<std::string> drained, instant now)
    : settings_(std::move(settings)), drained_(std::move(drained)) {
  if (!in_force) in_force = place({}, settings_.partition_count, settings_.replicas);
  INVARIANT(check_map(*in_force).has_value());
  in_force_ = *std::move(in_force);
  goal_ = in_force_;
  for (const placement& at : in_force_.placements) {
    for (const std::string& node : at.nodes) {
      node_view& expected = views_[node];
      expected.report.place.name = node;
      expected.heard_at = now;
    }
  }
}

liveness membership_core::state_of(const std::string& name, instant now) const {
  const auto view = views_.find(name);
  return view == views_.end() ? liveness::dead : liveness_of(view->second, now, settings_.live);
}

bool membership_core::draining(const node_view& view) const {
  return view.report.draining || drained_.contains(view.report.place.name);
}

std::optional<error> membership_core::refusal(const node_report& report, instant now) const {
  const std::string& name = report.place.name;
  if (!is_node_name(name) || (!report.place.zone.empty() && !is_node_name(report.place.zone)))
    return make_error(errc::invalid_input,
                      "names of nodes and zones have 1 to 64 letters, digits, '-' and '.'");
  const auto known = views_.find(name);
  if (known == views_.end() && views_.size() >= limits::nodes_max)
    return make_error(errc::limit_exceeded, "the cluster has " + std::to_string(views_.size()) +
                                                " nodes, as many as it can have");
  if (known != views_.end() && liveness_of(known->second, now, settings_.live) == liveness::alive &&
      known->second.report.incarnation != report.incarnation)
    return make_error(errc::conflict,
                      "another process reports as node " + name +
                          " and is alive: each node needs a name of its own (a restarted one is "
                          "taken as soon as the former is silent)");
  if (planted(planted_bug::other_version_is_welcome)) return std::nullopt;
  if (report.protocol < settings_.protocol_oldest || report.protocol > settings_.protocol_newest)
    return make_error(
        errc::wrong_version,
        "node " + name + " speaks protocol " + std::to_string(report.protocol) +
            ", this exchange " + std::to_string(settings_.protocol_oldest) + " to " +
            std::to_string(settings_.protocol_newest) + ": upgrade " +
            (report.protocol > settings_.protocol_newest ? "the exchange first" : "the node"));
  return std::nullopt;
}

void membership_core::note_other_version(const node_report& report, instant now) {
  if (other_versions_.size() < limits::nodes_max || other_versions_.contains(report.place.name))
    other_versions_[report.place.name] = {report.protocol, now};
}

/// Of a store that was restored, or whose map was lost: goes on above what nodes have seen.
membership_effects membership_core::overtake(const node_report& report, instant now) {
  if (report.map_epoch > in_force_.epoch + overtaken_max)
    return {membership_effect::refuse_node{
        report.place.name, report.incarnation,
        make_error(errc::conflict, "says that it has seen map " + std::to_string(report.map_epoch) +
                                       ", which cannot be: it "
                                       "is of another cluster, or damaged; empty its folder")}};
  in_force_.epoch = report.map_epoch + 1;
  goal_.epoch = in_force_.epoch;
  note_report(views_, report, now);
  membership_effects effects{membership_effect::publish{in_force_}};
  std::ranges::move(advance(now), std::back_inserter(effects));
  return effects;
}

membership_effects membership_core::on_report(const node_report& report, instant now) {
  if (stood_down_) return {};
  if (auto why = refusal(report, now)) {
    if (why->code == errc::wrong_version) note_other_version(report, now);
    return {membership_effect::refuse_node{report.place.name, report.incarnation, *std::move(why)}};
  }
  other_versions_.erase(report.place.name);
  if (report.map_epoch > in_force_.epoch && settings_.has_everything) return overtake(report, now);
  if (report.map_epoch > in_force_.epoch) {
    stood_down_ = true;
    return {membership_effect::stand_down{report.map_epoch}};
  }
  const auto known = views_.find(report.place.name);
  const bool was_alive = known != views_.end() && state_of(known->first, now) == liveness::alive;
  const node_report before = known != views_.end() ? known->second.report : node_report{};
  note_report(views_, report, now);
  if (was_alive && !differs(before, views_[report.place.name].report)) return {};
  return advance(now);
}

membership_effects membership_core::on_lost(const std::string& name, instant now) {
  const auto view = views_.find(name);
  if (stood_down_ || view == views_.end()) return {};
  view->second.connected = false;
  return advance(now);
}

membership_effects membership_core::on_tick(instant now) {
  if (stood_down_) return {};
  membership_effects effects = advance(now);
  forget_the_dead(now);
  return effects;
}

result<membership_effects> membership_core::on_order(const cluster_order& order, instant now) {
  if (stood_down_)
    return make_error(errc::unavailable, "another cluster supervisor has taken over: ask it");
  const std::set<std::string> drained_before = drained_;
  WHORL_TRY(std::visit([&](const auto& o) { return take(o, now); }, order));
  membership_effects effects;
  if (drained_ != drained_before) effects.push_back(membership_effect::remember_drained{drained_});
  for (auto& effect : advance(now)) effects.push_back(std::move(effect));
  return effects;
}

status membership_core::take(const drain_order& order, instant) {
  if (!views_.contains(order.node)) return unknown_node(order.node);
  if (drained_.size() >= limits::nodes_max)
    return make_error(errc::limit_exceeded, "too many drained nodes: forget some");
  drained_.insert(order.node);
  return {};
}

status membership_core::take(const undrain_order& order, instant) {
  if (drained_.erase(order.node) == 0)
    return make_error(errc::not_found, "node " + order.node + " is not drained");
  return {};
}

status membership_core::take(const move_order& order, instant now) {
  const auto at = std::find_if(goal_.placements.begin(), goal_.placements.end(),
                               [&](const placement& p) { return p.partition == order.partition; });
  if (at == goal_.placements.end())
    return make_error(errc::not_found, "no partition " + to_string(order.partition));
  if (!named(*at, order.from))
    return make_error(errc::conflict,
                      to_string(order.partition) + " is not, or not to stay, on " + order.from);
  if (named(*at, order.to))
    return make_error(errc::conflict,
                      to_string(order.partition) + " is on " + order.to + " or on its way there");
  const auto view = views_.find(order.to);
  if (view == views_.end()) return unknown_node(order.to);
  if (state_of(order.to, now) != liveness::alive || draining(view->second) ||
      view->second.report.place.weight == 0)
    return make_error(errc::conflict, "node " + order.to + " takes nothing: it is " +
                                          std::string(to_string(state_of(order.to, now))) +
                                          ", drained or of weight 0");
  ordered_[order.partition] = {order.from, order.to};
  apply_ordered_moves();
  return {};
}

status membership_core::take(const forget_order& order, instant now) {
  if (!views_.contains(order.node)) return unknown_node(order.node);
  if (state_of(order.node, now) == liveness::alive)
    return make_error(errc::conflict,
                      "node " + order.node + " is alive: drain it, then stop it, then forget it");
  views_.erase(order.node);
  drained_.erase(order.node);
  return {};
}

status membership_core::take(const rebalance_order&, instant) {
  ordered_.clear();
  planned_ = false;
  return {};
}

bool membership_core::everybody_known(instant now) const {
  return std::all_of(views_.begin(), views_.end(), [&](const auto& view) {
    return view.second.heard || liveness_of(view.second, now, settings_.live) == liveness::dead;
  });
}

std::vector<node_place> membership_core::places(instant now) const {
  std::vector<node_place> found;
  for (const auto& [name, view] : views_) {
    if (liveness_of(view, now, settings_.live) == liveness::dead) continue;
    found.push_back(view.report.place);
    if (draining(view)) found.back().weight = 0;
  }
  return found;
}

void membership_core::plan(instant now) {
  planned_for_ = places(now);
  planned_ = true;
  partition_map base = in_force_;
  base.replicas = settings_.replicas;
  goal_ = replace(base, planned_for_);
  apply_ordered_moves();
}

/// A move whose target has gone meanwhile, or that the plan has made superfluous, is passed over.
void membership_core::apply_ordered_moves() {
  for (placement& at : goal_.placements) {
    const auto found = ordered_.find(at.partition);
    if (found == ordered_.end()) continue;
    const auto& [from, to] = found->second;
    const bool usable = std::any_of(planned_for_.begin(), planned_for_.end(),
                                    [&, wanted = to](const node_place& node) {
                                      return node.name == wanted && node.weight > 0;
                                    });
    if (usable && named(at, from) && !named(at, to))
      std::replace(at.nodes.begin(), at.nodes.end(), from, to);
  }
}

membership_effects membership_core::advance(instant now) {
  if (!everybody_known(now)) return {};
  if (in_force_.epoch == 0) {
    const auto alive = std::count_if(views_.begin(), views_.end(), [&](const auto& view) {
      return liveness_of(view.second, now, settings_.live) == liveness::alive;
    });
    if (alive < std::int64_t{settings_.first_nodes}) return {};
  }
  if (!planned_ || places(now) != planned_for_) plan(now);
  std::erase_if(ordered_, [&](const auto& order) {
    const placement* at = find_placement(in_force_, order.first);
    return at != nullptr && named(*at, order.second.second) && !named(*at, order.second.first);
  });
  std::erase_if(sources_, [&](const auto& sent) {  // it has come
    const auto view = views_.find(sent.first.node);
    const replica_report* replica =
        view == views_.end() ? nullptr : find_replica(view->second, sent.first.partition);
    return replica != nullptr && replica->state != replica_state::copying &&
           view->second.report.map_epoch >= in_force_.epoch;
  });
  map_step step = next_step(
      in_force_, goal_,
      {views_, now, settings_.live, settings_.copies_at_once, sources_, settings_.has_everything});
  step.map.replicas = goal_.replicas;
  membership_effects effects;
  const map_moves change = moves(in_force_, step.map);
  if (step.map != in_force_) {
    step.map.epoch = in_force_.epoch + 1;
    in_force_ = std::move(step.map);
    goal_.epoch = in_force_.epoch;
    effects.push_back(membership_effect::publish{in_force_});
  }
  for (copy_order& copy : step.copies) {
    sources_[copy.to] = copy.from;
    effects.push_back(membership_effect::copy{std::move(copy)});
  }
  for (const placed_replica& drop : change.dropped) {
    sources_.erase(drop);
    if (views_.contains(drop.node)) effects.push_back(membership_effect::drop{drop});
  }
  return effects;
}

/// Of the refused what has come again lately. Only what is in the map is worth remembering of the
/// dead: names that come and go are bounded.
void membership_core::forget_the_dead(instant now) {
  std::erase_if(other_versions_, [&](const auto& each) {
    return now.ms - each.second.heard_at.ms >= settings_.live.dead_ms;
  });
  std::erase_if(views_, [&](const auto& view) {
    return liveness_of(view.second, now, settings_.live) == liveness::dead &&
           std::none_of(in_force_.placements.begin(), in_force_.placements.end(),
                        [&](const placement& at) { return named(at, view.first); });
  });
}

}  // namespace whorl::cluster
