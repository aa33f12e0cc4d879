#include "actors/cluster/cluster_actors.hpp"

namespace whorl::actors {

namespace {

struct port_state {
  caf::actor supervisor, feed;
};

constexpr auto feed_limit = std::chrono::minutes(5);

}  // namespace

caf::behavior port_actor(caf::event_based_actor* self, caf::actor supervisor, caf::actor feed) {
  auto state = std::make_shared<port_state>(port_state{std::move(supervisor), std::move(feed)});
  // The middleman keeps what was published; what it holds must not outlive it.
  self->attach_functor([state] { *state = {}; });
  return {
      [=](hello_atom, packet& report) -> caf::result<packet> {
        // Nobody, once the connection it came over has ended, or where a member says none.
        const auto sender = caf::actor_cast<caf::actor>(self->current_sender());
        if (!sender) return caf::make_error(caf::sec::cannot_connect_to_node);
        self->delegate(state->supervisor, report_atom::value, std::move(report), sender);
        return caf::delegated<packet>{};
      },
      [=](facts_atom a, packet& request) {
        return relay(self, state->feed, feed_limit, a, std::move(request));
      },
      [=](rows_atom a, packet& request) {
        return relay(self, state->feed, feed_limit, a, std::move(request));
      },
  };
}

}  // namespace whorl::actors
