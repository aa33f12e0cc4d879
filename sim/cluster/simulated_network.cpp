#include "sim/cluster/simulated_network.hpp"

#include "actors/protocol.hpp"

namespace whorl::sim {
namespace {

using namespace whorl::actors;
using reply_type = caf::typed_response_promise<packet>;
using later_atom = caf::atom_constant<caf::atom("later")>;

struct link_state {
  caf::actor shards;
  std::shared_ptr<chance> draw;
  std::shared_ptr<const network_faults> faults;
  std::uint64_t next = 0;
  std::map<std::uint64_t, std::function<void()>> delayed;
};

template <class Round>
void forward(caf::event_based_actor* self, const std::shared_ptr<link_state>& state,
             const packet& frame, reply_type promise) {
  self->request(state->shards, std::chrono::seconds(60), Round::value, frame)
      .then([=](const packet& reply) { reply_type(promise).deliver(reply); },
            [=](const caf::error& e) { reply_type(promise).deliver(e); });
}

template <class Round>
caf::result<packet> carry(caf::event_based_actor* self, const std::shared_ptr<link_state>& state,
                          const packet& frame) {
  chance& draw = *state->draw;
  auto promise = self->make_response_promise<packet>();
  if (draw.percent(state->faults->refuse_percent)) {
    promise.deliver(caf::make_error(caf::sec::cannot_connect_to_node));
    return promise;
  }
  if (draw.percent(state->faults->lose_percent)) {
    // The request is worked on, its reply is lost: the harder half of a loss.
    self->request(state->shards, std::chrono::seconds(60), Round::value, frame)
        .then([](const packet&) {}, [](const caf::error&) {});
    return promise;
  }
  if (draw.percent(state->faults->repeat_percent))
    self->request(state->shards, std::chrono::seconds(60), Round::value, frame)
        .then([](const packet&) {}, [](const caf::error&) {});
  if (draw.percent(state->faults->delay_percent)) {
    const auto ms = static_cast<std::int64_t>(
        draw.below(static_cast<std::uint64_t>(state->faults->delay_ms_max)) + 1);
    const std::uint64_t ticket = state->next++;
    state->delayed.emplace(ticket, [=] { forward<Round>(self, state, frame, promise); });
    self->delayed_send(self, std::chrono::milliseconds(ms), later_atom::value, ticket);
    return promise;
  }
  forward<Round>(self, state, frame, promise);
  return promise;
}

caf::behavior link_actor(caf::event_based_actor* self, caf::actor shards,
                         std::shared_ptr<chance> draw,
                         std::shared_ptr<const network_faults> faults) {
  auto state = std::make_shared<link_state>();
  *state = {std::move(shards), std::move(draw), std::move(faults), 0, {}};
  self->monitor(state->shards);
  self->set_down_handler([=](const caf::down_msg&) {
    state->delayed.clear();
    self->quit();
  });
  return {
      [=](round1_atom, const packet& frame) { return carry<round1_atom>(self, state, frame); },
      [=](round2_atom, const packet& frame) { return carry<round2_atom>(self, state, frame); },
      [=](later_atom, std::uint64_t ticket) {
        if (auto job = state->delayed.extract(ticket)) job.mapped()();
      },
  };
}

}  // namespace

caf::actor make_faulty_network(caf::actor_system& system, caf::actor shards,
                               std::shared_ptr<chance> draw,
                               std::shared_ptr<const network_faults> faults) {
  return system.spawn(link_actor, std::move(shards), std::move(draw), std::move(faults));
}

}  // namespace whorl::sim
