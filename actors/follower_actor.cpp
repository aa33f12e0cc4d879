#include "actors/follower.hpp"

#include <map>

#include "actors/protocol.hpp"

namespace whorl::actors {
namespace {

constexpr auto reply_timeout = std::chrono::seconds(60);

struct follower_state {
  caf::actor node, teller;
  std::vector<submission> all;
  std::size_t together = 1, next = 0, done = 0;
  followed_list out;
  std::vector<caf::actor_clock::time_point> begun;
  std::map<booking_id, std::size_t> unanswered;
};
using state_ptr = std::shared_ptr<follower_state>;

std::int64_t since(caf::event_based_actor* self, const follower_state& state, std::size_t index) {
  const auto passed = self->clock().now() - state.begun[index];
  return std::chrono::duration_cast<std::chrono::microseconds>(passed).count();
}

void go_on(caf::event_based_actor* self, const state_ptr& state);

void end(caf::event_based_actor* self, const state_ptr& state) {
  self->send(state->teller, finished_atom::value, std::uint64_t(++state->done));
  if (state->done < state->all.size()) return go_on(self, state);
  self->send(state->teller, std::move(state->out));
  self->quit();
}

void on_reply(caf::event_based_actor* self, const state_ptr& state, std::size_t index,
              const submit_reply& reply) {
  followed& one = state->out[index];
  one.reply = reply;
  one.accepted_us = since(self, *state, index);
  if (!reply || reply->duplicate) return end(self, state);
  state->unanswered[reply->booking] = index;  // its end is told after this reply
}

void go_on(caf::event_based_actor* self, const state_ptr& state) {
  while (state->next < state->all.size() && state->next - state->done < state->together) {
    const std::size_t index = state->next++;
    state->begun[index] = self->clock().now();
    self->request(state->node, reply_timeout, submit_atom::value, std::move(state->all[index]))
        .then([=](const submit_reply& reply) { on_reply(self, state, index, reply); },
              [=](const caf::error& e) {
                on_reply(self, state, index,
                         make_error(errc::unavailable,
                                    "the node did not answer: " + self->system().render(e)));
              });
  }
}

}  // namespace

caf::behavior follower_actor(caf::event_based_actor* self, caf::actor node, caf::actor teller,
                             std::vector<submission> all, std::size_t together) {
  auto state = std::make_shared<follower_state>();
  state->node = std::move(node);
  state->teller = std::move(teller);
  state->all = std::move(all);
  state->together = together;
  state->out.resize(state->all.size());
  state->begun.resize(state->all.size());
  self->send(state->node, watch_atom::value, caf::actor(self));
  go_on(self, state);
  return {
      [=](finished_atom, booking_id booking) {
        const auto mine = state->unanswered.extract(booking);
        if (!mine) return;  // another's
        state->out[mine.mapped()].answered_us = since(self, *state, mine.mapped());
        end(self, state);
      },
  };
}

}  // namespace whorl::actors
