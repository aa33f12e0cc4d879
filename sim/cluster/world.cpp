#include "sim/cluster/world.hpp"

#include <caf/all.hpp>

#include <stdexcept>

#include "actors/node.hpp"
#include "actors/protocol.hpp"
#include "messages/invariant.hpp"
#include "sim/cluster/scenario.hpp"
#include "sim/cluster/testing_system.hpp"
#include "storage/store.hpp"

namespace whorl::sim {
namespace {

using namespace whorl::actors;
using send_next_atom = caf::atom_constant<caf::atom("sendnext")>;

constexpr std::uint32_t partitions = 2;
constexpr std::int64_t client_gap_ms = 400;

/// What outlives a crash of the node: the disk, the clients' memory, time, and the dice.
struct outer_world {
  run_options options;
  std::shared_ptr<chance> draw;
  std::shared_ptr<simulated_journal> journal;
  std::shared_ptr<network_faults> network;
  unsigned shard_throws_percent = 0;
  std::vector<client_record> clients;
  std::int64_t wall_ms = 1767600000000;  ///< 2026-01-05: any fixed moment
  bool drained = false;
};

/// Sends every planned booking until it is acknowledged, some twice and some tampered, at drawn
/// times; asks the node to drain once all are acknowledged.
caf::behavior client_actor(caf::event_based_actor* self, caf::actor node, outer_world* world) {
  const principal by{"bureau", role::sib, "WH"}, by_other{"bureau-2", role::sib, "WX"};
  auto schedule = [=](std::uint64_t index) {
    const auto wait = static_cast<std::int64_t>(world->draw->below(10)) * client_gap_ms + 1;
    self->delayed_send(self, std::chrono::milliseconds(wait), send_next_atom::value, index);
  };
  auto all_acknowledged = [=] {
    for (const client_record& c : world->clients)
      if (!c.acknowledged) return false;
    return true;
  };
  for (std::uint64_t i = 0; i < world->clients.size(); ++i)
    if (!world->clients[i].acknowledged || world->draw->percent(30)) schedule(i);
  self->set_error_handler([](caf::scheduled_actor*, caf::error&) {});
  if (all_acknowledged()) self->send(node, drain_atom::value, caf::actor(self));
  auto note = [=](std::uint64_t index, bool tampered, const submit_reply& reply) {
    client_record& c = world->clients[index];
    if (!reply) {
      if (!c.acknowledged) schedule(index);
      return;
    }
    const bool other_id = c.acknowledged && c.booking != reply->booking;
    if (tampered || other_id) ++c.wrong_acknowledgements;
    const bool first = !c.acknowledged;
    c.acknowledged = true;
    c.booking = reply->booking;
    ++c.acknowledgements;
    if (first && world->draw->percent(40)) schedule(index);  // sent again, or tampered with
    if (first && all_acknowledged()) self->send(node, drain_atom::value, caf::actor(self));
  };
  return {
      [=](send_next_atom, std::uint64_t index) {
        const client_record& c = world->clients[index];
        const planned_booking& planned = shared_scenario().bookings[c.planned];
        // Tampered copies follow an acknowledged original: which of two came first is then known.
        const bool tampered = c.acknowledged && world->draw->percent(50);
        const submission what{planned.ori.starts_with("WH") ? by : by_other,
                              tampered ? planned.tampered : planned.transaction};
        self->request(node, std::chrono::seconds(20), submit_atom::value, what)
            .then([=](const submit_reply& reply) { note(index, tampered, reply); },
                  [=](const caf::error&) {
                    if (!world->clients[index].acknowledged) schedule(index);
                  });
      },
      [=](caf::ok_atom) { world->drained = true; },
  };
}

node_settings settings_for(outer_world* world, caf::actor_system& system) {
  node_settings s;
  s.detach_edges = false;
  s.time = {{world->wall_ms}, system.clock().now()};
  s.deliver = [](const message_queued& m, const bytes&) -> result<std::string> {
    return m.recipient;
  };
  s.gateway.modes.by_ori.emplace(scenario::ori_full, jurisdiction_mode::full);
  s.gateway.query.settings.partition_count = partitions;
  s.gateway.in_flight_max = 4;  // small, so that overload is met
  s.shard.partition_count = partitions;
  s.shard.fault_hook = [world] {
    if (world->draw->percent(world->shard_throws_percent))
      throw std::runtime_error("simulated: the shard actor throws");
  };
  s.network = [world](caf::actor_system& sys, caf::actor shards) {
    return make_faulty_network(sys, std::move(shards), world->draw, world->network);
  };
  return s;
}

/// The node's view of the journal: dies with the node, while the journal itself lives on.
class journal_view final : public storage::journal {
 public:
  explicit journal_view(std::shared_ptr<simulated_journal> real) : real_(std::move(real)) {}
  std::vector<result<storage::append_outcome>> append(
      std::span<const storage::append_request> batch) override {
    return real_->append(batch);
  }
  result<std::vector<fact_record>> read(stream_id s, std::uint64_t from,
                                        std::size_t max) const override {
    return real_->read(s, from, max);
  }
  result<storage::stream_tail> tail(stream_id s) const override { return real_->tail(s); }
  result<std::optional<fact_record>> find(stream_id s, std::string_view id) const override {
    return real_->find(s, id);
  }

 private:
  std::shared_ptr<simulated_journal> real_;
};

/// One life of the node, from start to crash or rest.
class life {
 public:
  life(outer_world* world, const std::string& folder) : world_(world) {
    storage::partition_options options;
    options.map_bytes = 64u << 20;
    options.durable = false;
    auto opened =
        storage::open_store(folder, options, std::make_unique<journal_view>(world_->journal));
    if (!opened) invariant_failed(opened.error().message.c_str(), __FILE__, __LINE__);
    store_ = *std::move(opened);
    system_ = std::make_unique<caf::actor_system>(config_);
    started_ = system_->clock().now();
    node_ = system_->spawn(node_supervisor, store_.get(), settings_for(world_, *system_));
    client_ = system_->spawn(client_actor, node_, world_);
  }

  ~life() {
    world_->wall_ms += virtual_ms();
    // What a crash does: from now on nothing is written; then everybody ends.
    world_->journal->power_off();
    caf::anon_send_exit(client_, caf::exit_reason::kill);
    caf::anon_send_exit(node_, caf::exit_reason::kill);
    client_ = nullptr;
    node_ = nullptr;
    while (scheduler().has_job()) scheduler().run_once();
    system_->await_actors_before_shutdown(false);  // nobody is left who would run them
    system_.reset();
    world_->journal->power_on();
  }

  caf::scheduler::test_coordinator& scheduler() { return testing_scheduler(*system_); }
  std::int64_t virtual_ms() const {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_->clock().now() - started_).count();
  }

 private:
  outer_world* world_;
  std::unique_ptr<storage::store> store_;
  testing_config config_;
  std::unique_ptr<caf::actor_system> system_;
  caf::actor_clock::time_point started_;
  caf::actor node_, client_;
};

/// Runs one drawn job, or lets the clock jump. False when nothing can ever happen again.
bool step(life& now, chance& draw) {
  auto& scheduler = now.scheduler();
  if (!scheduler.has_job()) return scheduler.trigger_timeout();
  auto& jobs = scheduler.jobs;
  std::rotate(jobs.begin(), jobs.begin() + static_cast<std::ptrdiff_t>(draw.below(jobs.size())),
              jobs.end());
  scheduler.run_once();
  return true;
}

void heal(outer_world& world) {
  world.journal->faults_off();
  *world.network = {0, 0, 0, 0, 1};
  world.shard_throws_percent = 0;
}

}  // namespace

run_outcome run_world(const run_options& options, const std::string& folder) {
  outer_world world;
  world.options = options;
  world.draw = std::make_shared<chance>(options.seed);
  world.journal = std::make_shared<simulated_journal>(options.seed ^ 0xd15c, options.journal);
  world.network = std::make_shared<network_faults>(options.network);
  world.shard_throws_percent = options.shard_throws_percent;
  // Which bookings: drawn without repeats.
  std::vector<std::size_t> order(shared_scenario().bookings.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (std::size_t i = 0; i + 1 < order.size(); ++i)
    std::swap(order[i], order[i + world.draw->below(order.size() - i)]);
  for (std::size_t i = 0; i < std::min(options.bookings, order.size()); ++i) {
    client_record c;
    c.planned = order[i];
    world.clients.push_back(c);
  }

  run_outcome outcome;
  auto now = std::make_unique<life>(&world, folder);
  const std::uint64_t heal_at = options.steps_max / 2;
  bool healed = false;
  while (!world.drained && outcome.steps < options.steps_max && step(*now, *world.draw)) {
    ++outcome.steps;
    if (world.journal->crash_due()) {
      world.journal->crash_done();
      ++outcome.crashes;
      now.reset();
      now = std::make_unique<life>(&world, folder);
    }
    bool all = true;
    for (const client_record& c : world.clients) all = all && c.acknowledged;
    if (!healed && (all || outcome.steps >= heal_at)) {
      heal(world);
      healed = true;
    }
  }
  outcome.at_rest = world.drained;
  now.reset();
  outcome.virtual_ms = world.wall_ms - 1767600000000;
  outcome.trace = world.journal->trace();
  outcome.clients = world.clients;
  outcome.journal = world.journal;
  return outcome;
}

}  // namespace whorl::sim
