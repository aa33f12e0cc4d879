#include "sim/cluster/clients.hpp"

#include "actors/protocol.hpp"
#include "sim/cluster/scenario.hpp"

namespace whorl::sim {
namespace {

using namespace whorl::actors;
using namespace std::chrono_literals;
using send_next_atom = caf::atom_constant<caf::atom("sendnext")>;
using look_atom = caf::atom_constant<caf::atom("look")>;

constexpr std::uint64_t spread_ms = 40'000, burst_ms = 4'000;
constexpr auto answer_limit = 20s;

struct client {
  caf::event_based_actor* self;
  caf::actor node;
  world_state* world;

  void schedule(std::uint64_t index) const {
    const std::uint64_t within = world->burst ? burst_ms : spread_ms;
    self->delayed_send(self, std::chrono::milliseconds(1 + world->draw->below(within)),
                       send_next_atom::value, index);
  }
  void drain_when_all() const {
    if (world->all_acknowledged()) self->send(node, drain_atom::value, caf::actor(self));
  }
  void send(std::uint64_t index) const {
    static const principal by{"bureau", role::sib, "WH"}, by_other{"bureau-2", role::sib, "WX"};
    const client_record& c = world->clients[index];
    const planned_booking& planned = shared_scenario().bookings[c.planned];
    // Tampered copies follow an acknowledged original: which of two came first is then known.
    const bool tampered = c.acknowledged && world->draw->percent(50);
    const submission what{planned.ori.starts_with("WH") ? by : by_other,
                          tampered ? planned.tampered : planned.transaction};
    self->request(node, answer_limit, submit_atom::value, what)
        .then([me = *this, index,
               tampered](const submit_reply& reply) { me.note(index, tampered, reply); },
              [me = *this, index](const caf::error&) {
                if (!me.world->clients[index].acknowledged) me.schedule(index);
              });
  }
  void note(std::uint64_t index, bool tampered, const submit_reply& reply) const {
    client_record& c = world->clients[index];
    if (!reply) {
      if (!c.acknowledged) schedule(index);
      return;
    }
    const bool other_id = c.acknowledged && c.booking != reply->booking;
    if (tampered || other_id) ++c.wrong_acknowledgements;
    world->tell("acknowledged " + to_string(reply->booking));
    const bool first = !c.acknowledged;
    c.acknowledged = true;
    c.booking = reply->booking;
    ++c.acknowledgements;
    if (!first) return;
    if (world->draw->percent(40)) schedule(index);  // sent again, or tampered with
    drain_when_all();
  }
};

}  // namespace

caf::behavior client_actor(caf::event_based_actor* self, caf::actor node, world_state* world) {
  const client me{self, std::move(node), world};
  self->set_error_handler([](caf::scheduled_actor*, caf::error&) {});
  for (std::uint64_t i = 0; i < world->clients.size(); ++i)
    if (!world->clients[i].acknowledged || world->draw->percent(30)) me.schedule(i);
  me.drain_when_all();
  return {
      [me](send_next_atom, std::uint64_t index) { me.send(index); },
      [world](caf::ok_atom) {
        world->tell("drained");
        world->drained = true;
      },
  };
}

caf::behavior watcher_actor(caf::event_based_actor* self, caf::actor node, world_state* world) {
  self->set_error_handler([](caf::scheduled_actor*, caf::error&) {});
  world->status = nullptr;
  self->send(self, look_atom::value);
  return {
      [=](look_atom) {
        if (world->options.nodes > 0)
          self->request(node, answer_limit, status_atom::value)
              .then([=](const cluster_status_ptr& now) { world->status = now; },
                    [](const caf::error&) {});
        self->request(node, answer_limit, gauges_atom::value)
            .then(
                [=](const gauge_list& all) {
                  for (const gauge& each : all)
                    if (each.peak > each.limit)
                      world->beyond_limits.push_back(each.name + ": " + std::to_string(each.peak) +
                                                     " of " + std::to_string(each.limit));
                },
                [](const caf::error&) {});
        self->delayed_send(self, 500ms, look_atom::value);
      },
  };
}

}  // namespace whorl::sim
