#include "sim/cluster/clients.hpp"

#include "actors/protocol.hpp"
#include "sim/cluster/scenario.hpp"

namespace whorl::sim {
namespace {

using namespace whorl::actors;
using namespace std::chrono_literals;
using send_next_atom = caf::atom_constant<caf::atom("sendnext")>;
using send_by_hand_atom = caf::atom_constant<caf::atom("sendhand")>;
using look_atom = caf::atom_constant<caf::atom("look")>;

constexpr std::uint64_t spread_ms = 40'000, burst_ms = 4'000, by_hand_ms = 500;
constexpr auto answer_limit = 20s;

struct client {
  caf::event_based_actor* self;
  caf::actor node;
  world_state* world;

  void schedule(std::uint64_t index) const {
    const std::uint64_t within = world->scripted() ? by_hand_ms
                                 : world->burst    ? burst_ms
                                                   : spread_ms;
    self->delayed_send(self, std::chrono::milliseconds(1 + world->draw->below(within)),
                       send_next_atom::value, index);
  }
  void drain_when_all() const {
    if (world->all_sent && world->all_acknowledged())
      self->send(node, drain_atom::value, caf::actor(self));
  }
  void send(std::uint64_t index) const {
    // Tampered copies follow an acknowledged original: which of two came first is then known.
    const bool again = world->clients[index].acknowledged;
    send(index, !world->scripted() && again && world->draw->percent(50));
  }
  void send(std::uint64_t index, bool tampered) const {
    static const principal by{"bureau", role::sib, "WH"}, by_other{"bureau-2", role::sib, "WX"};
    const client_record& c = world->clients[index];
    const planned_booking& planned = shared_scenario().bookings[c.planned];
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
    client_answer said{tampered, std::nullopt, reply && reply->duplicate};
    if (!reply) said.refused = reply.error().code;
    c.answers.push_back(said);
    if (!reply) {
      world->tell("refused: " + reply.error().message);
      if (!c.acknowledged && !(world->scripted() && tampered)) schedule(index);
      return;
    }
    const bool other_id = c.acknowledged && c.booking != reply->booking;
    if (tampered || other_id) ++c.wrong_acknowledgements;
    const planned_booking& planned = shared_scenario().bookings[c.planned];
    world->tell("acknowledged " + to_string(reply->booking) + " (person " +
                std::to_string(planned.person) + ")");
    const bool first = !c.acknowledged;
    c.acknowledged = true;
    c.booking = reply->booking;
    ++c.acknowledgements;
    if (!first) return;
    if (!world->scripted() && world->draw->percent(40))
      schedule(index);  // sent again, or tampered with
    drain_when_all();
  }
  /// `ask`: of the node.
  template <class Atom, class What>
  void by_hand(Atom ask, const What& what, std::uint64_t number) const {
    self->request(node, answer_limit, ask, what)
        .then([me = *this, number](const reply_of<What>& said) { me.note_said(number, said); },
              [](const caf::error&) {});
  }
  template <class What>
  using reply_of = std::conditional_t<std::is_same_v<What, append_batch>, append_reply, status>;
  void note_said(std::uint64_t number, const status& said) const {
    ordered_by_hand& order = world->orders[number];
    order.said = said;
    world->tell(order.what + ": " + (said ? "done" : said.error().message));
  }
  void note_said(std::uint64_t number, const append_reply& said) const {
    for (const auto& each : said)
      if (!each) return note_said(number, status(each.error()));
    note_said(number, status());
  }
};

std::size_t next_order(world_state& world, std::string what) {
  world.tell(what);
  world.orders.push_back({std::move(what), std::nullopt});
  return world.orders.size() - 1;
}

}  // namespace

caf::behavior client_actor(caf::event_based_actor* self, caf::actor node, world_state* world) {
  const client me{self, std::move(node), world};
  self->set_error_handler([](caf::scheduled_actor*, caf::error&) {});
  for (std::uint64_t i = 0; i < world->clients.size(); ++i)
    if (world->clients[i].sent &&
        (!world->clients[i].acknowledged || (!world->scripted() && world->draw->percent(30))))
      me.schedule(i);
  me.drain_when_all();
  return {
      [me](send_next_atom, std::uint64_t index) { me.send(index); },
      [me](send_by_hand_atom, std::uint64_t index, bool tampered) { me.send(index, tampered); },
      [me](drain_atom) { me.drain_when_all(); },
      [me](order_atom a, const cluster::cluster_order& order, std::uint64_t number) {
        me.by_hand(a, order, number);
      },
      [me](append_atom a, const append_batch& batch, std::uint64_t number) {
        me.by_hand(a, batch, number);
      },
      [world](caf::ok_atom) {
        world->tell("drained");
        world->drained = true;
      },
  };
}

void send_booking(const caf::actor& client, std::uint64_t index, bool tampered) {
  caf::anon_send(client, send_by_hand_atom::value, index, tampered);
}

void ask_to_drain(const caf::actor& client) { caf::anon_send(client, drain_atom::value); }

std::size_t give_order(const caf::actor& client, world_state& world, std::string what,
                       cluster::cluster_order order) {
  const std::size_t number = next_order(world, std::move(what));
  caf::anon_send(client, order_atom::value, std::move(order), std::uint64_t{number});
  return number;
}

std::size_t append_by_hand(const caf::actor& client, world_state& world, std::string what,
                           append_batch batch) {
  const std::size_t number = next_order(world, std::move(what));
  caf::anon_send(client, append_atom::value, std::move(batch), std::uint64_t{number});
  return number;
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
        self->delayed_send(self, world->scripted() ? 100ms : 500ms, look_atom::value);
      },
  };
}

}  // namespace whorl::sim
