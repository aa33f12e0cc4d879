#include "sim/cluster/world.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>

#include "messages/invariant.hpp"
#include "sim/cluster/checkers/facts_of_run.hpp"
#include "sim/cluster/clients.hpp"
#include "sim/cluster/end_of_run.hpp"
#include "sim/cluster/fault_driver.hpp"
#include "sim/cluster/scenario.hpp"
#include "sim/cluster/script.hpp"

namespace whorl::sim {
namespace {

using std::chrono::milliseconds;

/// Which bookings: drawn without repeats.
std::vector<client_record> drawn_clients(const run_options& options, chance& draw) {
  std::vector<std::size_t> order(shared_scenario().bookings.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (std::size_t i = 0; i + 1 < order.size(); ++i)
    std::swap(order[i], order[i + draw.below(order.size() - i)]);
  std::vector<client_record> clients;
  for (std::size_t i = 0; i < std::min(options.bookings, order.size()); ++i) {
    client_record c;
    c.planned = order[i];
    clients.push_back(c);
  }
  return clients;
}

/// Damage that no search meets is found by reading: a replica a tick of its node (a second), each
/// whole, since it is small.
constexpr std::int64_t all_read_ms = 20'000;

class run {
 public:
  run(const run_options& options, const std::string& folder) : world_(options, folder) {
    world_.journal = std::make_shared<simulated_journal>(options.seed ^ 0xd15c, world_.plan);
    if (options.tell)
      world_.journal->tell =
          world_.net.tell = [this](const std::string& what) { world_.tell(what); };
    if (world_.scripted())
      begin_script();
    else
      world_.clients = drawn_clients(options, *world_.draw);
    world_.burst = world_.strikes(fault_kind::burst);
    if (!world_.scripted() && world_.draw->percent(50)) *world_.link = {5, 15, 5, 5, 3000};
    exchange_ = std::make_unique<exchange_process>(&world_);
    for (std::size_t i = 0; i < options.nodes; ++i) {
      nodes_.push_back(
          std::make_unique<node_host>(&world_, "node-" + std::to_string(i + 1), &exchange_));
      nodes_.back()->start();
    }
  }

  run_outcome to_the_end() {
    run_outcome out;
    const run_options& o = world_.options;
    while (!at_rest() && steps_ < o.steps_max && world_.now_ms() < until_ms_) {
      if (!world_.healed && (act_one_is_over() || world_.now_ms() >= o.act_one_ms_max)) heal();
      one_step();
      if (player_) player_->go_on();
    }
    out.at_rest = world_.drained;
    out.not_converged = what_is_missing();
    if (world_.options.tell && world_.status) tell_status(*world_.status);
    out.virtual_ms = world_.now_ms();
    if (player_) out.unexpected = player_->unexpected();
    compare(out);
    finish(out);
    return out;
  }

 private:
  void heal() {
    healed_ms_ = world_.now_ms();
    until_ms_ = healed_ms_ + world_.options.act_two_ms_max;
    world_.tell("healed");
    world_.journal->faults_off();
    driver_.heal();
    if (world_.all_sent) return;
    world_.all_sent = true;
    ask_to_drain(exchange_->client());
  }
  bool act_one_is_over() const {
    return world_.all_acknowledged() && (!player_ || player_->over());
  }

  void begin_script() {
    script written;
    world_.options.write(written);
    world_.clients = script_player::clients_of(written);
    player_.emplace(std::move(written), scripted_world(&world_, &driver_, &exchange_, &nodes_));
    world_.net.on_arrival = [this](const std::string& from, const std::string& to,
                                   const caf::message& what) {
      player_->world().see(from, to, what);
    };
  }

  std::vector<process*> processes() {
    std::vector<process*> all{&exchange_->running()};
    for (const auto& node : nodes_)
      if (node->running() != nullptr) all.push_back(node->running());
    return all;
  }

  void one_step() {
    ++steps_;
    const auto all = processes();
    std::vector<std::size_t> runnable;
    for (const process* each : all) runnable.push_back(each->runnable());
    const std::size_t sum = std::accumulate(runnable.begin(), runnable.end(), std::size_t{0});
    if (sum == 0) return go_on_in_time(all);
    std::uint64_t drawn = world_.draw->below(sum);
    std::size_t chosen = 0;
    while (drawn >= runnable[chosen]) drawn -= runnable[chosen++];
    run_in(*all[chosen]);
    if (world_.journal->crash_due() || exchange_->ended()) {
      world_.journal->crash_done();
      world_.tell("the exchange ended");
      driver_.restart_exchange();
    }
  }

  void run_in(process& which) {
    const std::uint32_t rate = world_.healed ? 0 : world_.plan.rate(fault_kind::slow_actor);
    // Now and then for longer than anybody waits for an answer.
    const std::uint64_t most_ms = world_.draw->percent(10) ? 30'000 : 4'000;
    const moment until = world_.now + milliseconds(50 + world_.draw->below(most_ms));
    if (which.run_one(*world_.draw, rate == 0 ? 0 : 10'000 / rate, until)) return;
    ++world_.fired[static_cast<std::size_t>(fault_kind::slow_actor)];
    world_.tell("slow-actor: one of " + which.name() + " does nothing until " +
                std::to_string(until / milliseconds(1)) + " ms");
  }

  void go_on_in_time(const std::vector<process*>& all) {
    std::optional<moment> next = driver_.next_due();
    const auto consider = [&](std::optional<moment> at) {
      if (at && (!next || *at < *next)) next = at;
    };
    consider(world_.net.next_due());
    if (player_) consider(player_->next_due());
    for (const process* each : all) consider(each->next_due());
    INVARIANT(next.has_value());  // the watcher always looks again
    world_.now = std::max(world_.now, *next);
    for (process* each : all) each->advance_to(world_.now);
    world_.net.advance_to(world_.now);
    driver_.advance_to(world_.now);
  }

  void tell_status(const actors::cluster_status& now) const {
    for (const placement& each : now.map.placements) {
      std::string line = "map " + std::to_string(now.map.epoch) + ": " + to_string(each.partition);
      for (const std::string& node : each.nodes) line += " " + node;
      world_.tell(line);
    }
    for (const auto& node : now.nodes) {
      std::string line = node.report.place.name + " " + node.liveness + ", map " +
                         std::to_string(node.report.map_epoch);
      for (const replica_report& each : node.report.replicas)
        line += ", " + to_string(each.partition) + " state " +
                std::to_string(static_cast<int>(each.state)) + " at " +
                std::to_string(each.applied_seq);
      world_.tell(line);
    }
  }

  bool at_rest() {
    if (!world_.drained || !world_.healed || !converged() || !all_answered())
      quiet_since_ms_.reset();
    else if (!quiet_since_ms_)
      quiet_since_ms_ = world_.now_ms();
    if (!quiet_since_ms_) return false;
    return !world_.rotten || world_.now_ms() - *quiet_since_ms_ >= all_read_ms;
  }

  /// Every booking that the journal holds has its answer: one that it took late, too.
  bool all_answered() const {
    const std::uint64_t tail = world_.journal->tail(stream_id::bookings)->seq;
    if (tail != answered_at_tail_) {
      answered_at_tail_ = tail;
      std::set<booking_id> open;
      for (const auto& [seq, what] : facts_of(*world_.journal, stream_id::bookings)) {
        if (const auto* accepted = std::get_if<booking_accepted>(&what))
          open.insert(accepted->booking);
        if (const auto* answer = std::get_if<booking_answered>(&what))
          if (answer->gallery == gallery_kind::criminal) open.erase(answer->booking);
      }
      all_answered_ = open.empty();
    }
    return all_answered_;
  }

  bool converged() const { return !what_is_missing().has_value(); }

  /// With nodes: why searches could not all be answered by them.
  std::optional<std::string> what_is_missing() const {
    if (nodes_.empty()) return std::nullopt;
    if (!world_.status) return "the exchange has not said how it stands";
    const actors::cluster_status& now = *world_.status;
    if (!now.settled) return "the map is not settled";
    const std::size_t wanted = std::min<std::size_t>(replicas_wanted, nodes_.size());
    for (const auto& [which, places] : now.searchable)
      if (places < wanted)
        return to_string(which) + " can be searched on " + std::to_string(places) + " nodes";
    if (now.nodes.size() != nodes_.size()) return "not all nodes are known";
    for (const auto& node : now.nodes)
      if (auto missing = missing_on(node, now.map)) return missing;
    return std::nullopt;
  }

  std::optional<std::string> missing_on(const actors::cluster_status::node& node,
                                        const partition_map& map) const {
    const std::string& name = node.report.place.name;
    if (node.liveness != "alive") return name + " is " + node.liveness;
    if (node.report.map_epoch != map.epoch) return name + " has not taken the map over";
    std::set<partition_id> placed;
    for (const placement& each : map.placements)
      if (std::ranges::find(each.nodes, name) != each.nodes.end()) placed.insert(each.partition);
    for (const replica_report& each : node.report.replicas) {
      if (placed.erase(each.partition) == 0)
        return name + " still holds " + to_string(each.partition);
      if (each.applied_seq < world_.journal->tail(stream_of(each.partition.gallery))->seq)
        return name + " is behind in " + to_string(each.partition);
    }
    if (!placed.empty()) return name + " does not hold " + to_string(*placed.begin());
    return std::nullopt;
  }

  void compare(run_outcome& out) {
    out.unlike_scores = unlike_scores(world_, exchange_->store());
    if (!out.not_converged)
      out.unlike_replicas = unlike_replicas(world_, nodes_, exchange_->store());
    if (!world_.options.replays) return;
    const std::string folder = exchange_->store().folder;
    exchange_.reset();
    out.unlike_projections = unlike_projections(folder, *world_.journal);
  }

  void finish(run_outcome& out) {
    out.steps = steps_;
    out.messages = world_.net.delivered();
    out.healed_ms = healed_ms_;
    out.plan = world_.plan;
    out.fired = world_.fired;
    for (std::size_t kind = 0; kind < fault_kinds; ++kind)
      out.fired[kind] += world_.journal->fired()[kind];
    out.exchange_restarts = driver_.exchange_deaths();
    for (const auto& node : nodes_) out.node_restarts += node->starts() - 1;
    out.trace = world_.journal->trace() ^ (world_.net.trace() * 0x9e3779b97f4a7c15ull);
    out.clients = world_.clients;
    out.beyond_limits = world_.beyond_limits;
    out.deadlines_are_short = world_.options.booking_deadline_ms.has_value();
    out.journal = world_.journal;
  }

  world_state world_;
  std::unique_ptr<exchange_process> exchange_;
  std::vector<std::unique_ptr<node_host>> nodes_;
  fault_driver driver_{&world_, &nodes_, &exchange_};
  std::optional<script_player> player_;
  std::uint64_t steps_ = 0;
  mutable std::optional<std::uint64_t> answered_at_tail_;  ///< for what all_answered_ is known
  mutable bool all_answered_ = true;
  std::optional<std::int64_t> quiet_since_ms_;  ///< nothing is seen to be missing
  std::int64_t healed_ms_ = 0, until_ms_ = std::numeric_limits<std::int64_t>::max();
};

}  // namespace

run_outcome run_world(const run_options& options, const std::string& folder) {
  return run(options, folder).to_the_end();
}

}  // namespace whorl::sim
