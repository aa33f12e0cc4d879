// Keeps accepted bookings that a state's bureau forwards later, and gives each back to the gateway
// when its time has come. They are in the journal: a restart finds them open and holds them again.
#include <map>

#include "actors/node.hpp"
#include "actors/protocol.hpp"

namespace whorl::actors {
namespace {

struct bureau_state {
  std::multimap<instant, resumed_booking> held;
  std::optional<instant> wakes_at;  ///< none: no timer runs
};

void wake(caf::event_based_actor* self, const std::shared_ptr<bureau_state>& state,
          const time_source& time) {
  if (state->held.empty()) return;
  const instant next = state->held.begin()->first;
  if (state->wakes_at && *state->wakes_at <= next) return;
  state->wakes_at = next;
  const std::int64_t left = next.ms - time.now(self).ms;
  self->delayed_send(self, std::chrono::milliseconds(std::max<std::int64_t>(left, 0)),
                     deadline_atom::value);
}

}  // namespace

caf::behavior bureau_actor(caf::event_based_actor* self, caf::actor gateway, time_source time) {
  auto state = std::make_shared<bureau_state>();
  return {
      [=](hold_atom, const resume_list& what, instant until) {
        for (const resumed_booking& one : what) state->held.emplace(until, one);
        wake(self, state, time);
      },
      [=](deadline_atom) {
        state->wakes_at.reset();
        resume_list due;
        const auto end = state->held.upper_bound(time.now(self));
        for (auto it = state->held.begin(); it != end; ++it) due.push_back(it->second);
        state->held.erase(state->held.begin(), end);
        if (!due.empty()) self->send(gateway, resume_atom::value, std::move(due));
        wake(self, state, time);
      },
  };
}

}  // namespace whorl::actors
