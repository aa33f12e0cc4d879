#include "actors/cluster/cluster_actors.hpp"

namespace whorl::actors {

caf::behavior own_shard_actor(caf::event_based_actor* self, caf::actor node) {
  auto whose = std::make_shared<caf::actor>(std::move(node));
  self->attach_functor([whose] { *whose = nullptr; });
  return {
      [=](round1_atom a, packet& frame) -> caf::result<packet> {
        self->delegate(*whose, own_atom::value, a, std::move(frame));
        return caf::delegated<packet>{};
      },
      [=](round2_atom a, packet& frame) -> caf::result<packet> {
        self->delegate(*whose, own_atom::value, a, std::move(frame));
        return caf::delegated<packet>{};
      },
      [=](progress_atom a, std::uint64_t search) -> caf::result<std::uint64_t> {
        self->delegate(*whose, own_atom::value, a, search);
        return caf::delegated<std::uint64_t>{};
      },
  };
}

}  // namespace whorl::actors
