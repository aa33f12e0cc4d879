// The only clock of the actors: the actor system's own (virtual in simulation), anchored to wall
// time once at start by whoever builds the node. Nothing below reads a clock.
#pragma once

#include <caf/all.hpp>

#include <chrono>

#include "messages/ids.hpp"

namespace whorl::actors {

struct time_source {
  instant anchor_wall;                          ///< wall time at anchor
  caf::actor_clock::time_point anchor_clock{};  ///< the actor clock then

  instant now(caf::local_actor* self) const {
    using namespace std::chrono;
    const auto passed = duration_cast<milliseconds>(self->clock().now() - anchor_clock);
    return {anchor_wall.ms + passed.count()};
  }
};

}  // namespace whorl::actors
