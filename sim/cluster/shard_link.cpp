#include "sim/cluster/shard_link.hpp"

#include "actors/protocol.hpp"

namespace whorl::sim {
namespace {

using namespace whorl::actors;
using later_atom = caf::atom_constant<caf::atom("later")>;

struct link_state {
  caf::actor shards;
  std::shared_ptr<chance> draw;
  std::shared_ptr<const link_faults> faults;
  std::uint64_t next = 0;
  std::map<std::uint64_t, std::function<void()>> delayed;
};

constexpr auto patience = std::chrono::seconds(60);

/// `ask`: the request to the shards. `Reply`: what they answer with.
template <class Reply, class... What>
void forward(caf::event_based_actor* self, const std::shared_ptr<link_state>& state,
             caf::response_promise promise, const What&... ask) {
  self->request(state->shards, patience, ask...)
      .then([=](const Reply& reply) mutable { promise.deliver(reply); },
            [=](const caf::error& e) mutable { promise.deliver(e); });
}

/// The request is worked on, its reply is not waited for.
template <class Reply, class... What>
void forward_alone(caf::event_based_actor* self, const std::shared_ptr<link_state>& state,
                   const What&... ask) {
  self->request(state->shards, patience, ask...)
      .then([](const Reply&) {}, [](const caf::error&) {});
}

template <class Reply, class... What>
caf::result<Reply> carry(caf::event_based_actor* self, const std::shared_ptr<link_state>& state,
                         const What&... ask) {
  chance& draw = *state->draw;
  caf::response_promise promise = self->make_response_promise();
  if (draw.percent(state->faults->refuse_percent)) {
    promise.deliver(caf::make_error(caf::sec::cannot_connect_to_node));
    return caf::delegated<Reply>{};
  }
  if (draw.percent(state->faults->lose_percent)) {  // the reply: the harder half of a loss
    forward_alone<Reply>(self, state, ask...);
    return caf::delegated<Reply>{};
  }
  if (draw.percent(state->faults->repeat_percent)) forward_alone<Reply>(self, state, ask...);
  if (draw.percent(state->faults->delay_percent)) {
    const auto ms = static_cast<std::int64_t>(
        draw.below(static_cast<std::uint64_t>(state->faults->delay_ms_max)) + 1);
    const std::uint64_t ticket = state->next++;
    state->delayed.emplace(ticket, [=] { forward<Reply>(self, state, promise, ask...); });
    self->delayed_send(self, std::chrono::milliseconds(ms), later_atom::value, ticket);
    return caf::delegated<Reply>{};
  }
  forward<Reply>(self, state, promise, ask...);
  return caf::delegated<Reply>{};
}

caf::behavior link_actor(caf::event_based_actor* self, caf::actor shards,
                         std::shared_ptr<chance> draw, std::shared_ptr<const link_faults> faults) {
  auto state = std::make_shared<link_state>();
  *state = {std::move(shards), std::move(draw), std::move(faults), 0, {}};
  self->monitor(state->shards);
  self->set_down_handler([=](const caf::down_msg&) {
    state->delayed.clear();
    self->quit();
  });
  return {
      [=](round1_atom a, const packet& frame) { return carry<packet>(self, state, a, frame); },
      [=](round2_atom a, const packet& frame) { return carry<packet>(self, state, a, frame); },
      [=](progress_atom a, search_id search) {
        return carry<std::uint64_t>(self, state, a, search);
      },
      [=](later_atom, std::uint64_t ticket) {
        if (auto job = state->delayed.extract(ticket)) job.mapped()();
      },
  };
}

}  // namespace

caf::actor make_faulty_link(caf::actor_system& system, caf::actor shards,
                            std::shared_ptr<chance> draw,
                            std::shared_ptr<const link_faults> faults) {
  return system.spawn(link_actor, std::move(shards), std::move(draw), std::move(faults));
}

}  // namespace whorl::sim
