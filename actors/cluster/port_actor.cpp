#include "actors/cluster/cluster_actors.hpp"

namespace whorl::actors {

caf::behavior port_actor(caf::event_based_actor* self, caf::actor supervisor, caf::actor feed) {
  return {
      [=](hello_atom, packet& report) -> caf::result<packet> {
        self->delegate(supervisor, report_atom::value, std::move(report),
                       caf::actor_cast<caf::actor>(self->current_sender()));
        return caf::delegated<packet>{};
      },
      [=](facts_atom a, packet& request) -> caf::result<packet> {
        self->delegate(feed, a, std::move(request));
        return caf::delegated<packet>{};
      },
      [=](rows_atom a, packet& request) -> caf::result<packet> {
        self->delegate(feed, a, std::move(request));
        return caf::delegated<packet>{};
      },
  };
}

}  // namespace whorl::actors
