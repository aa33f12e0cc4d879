#include "actors/cluster/cluster_actors.hpp"

namespace whorl::actors {
namespace {

constexpr auto try_again = std::chrono::milliseconds(300);

}  // namespace

caf::behavior connector_actor(caf::event_based_actor* self, connect_function connect) {
  auto waiting = std::make_shared<caf::actor>();
  const auto attempt = [=] {
    auto port = connect();
    if (!port) return self->delayed_send(self, try_again, tick_atom::value);
    self->send(*waiting, exchange_atom::value, *port);
    *waiting = nullptr;
  };
  return {
      [=](connect_atom) {
        const bool busy = static_cast<bool>(*waiting);
        *waiting = caf::actor_cast<caf::actor>(self->current_sender());
        if (!busy) attempt();
      },
      [=](tick_atom) {
        if (*waiting) attempt();
      },
  };
}

}  // namespace whorl::actors
