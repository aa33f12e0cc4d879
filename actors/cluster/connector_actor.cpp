#include "actors/cluster/cluster_actors.hpp"

namespace whorl::actors {
caf::behavior connector_actor(caf::event_based_actor* self, connect_function connect) {
  return {
      [=](connect_atom) {
        auto port = connect();
        self->send(caf::actor_cast<caf::actor>(self->current_sender()), exchange_atom::value,
                   port ? *port : caf::actor{});
      },
  };
}

}  // namespace whorl::actors
