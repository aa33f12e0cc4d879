// Who deals with the exchange from outside: the agencies that book, and somebody who looks how it
// is.
#pragma once

#include <caf/all.hpp>

#include "sim/cluster/world_state.hpp"

namespace whorl::sim {

/// Sends every planned booking until it is acknowledged, some twice and some tampered, at drawn
/// times; asks the node to drain once all are acknowledged.
caf::behavior client_actor(caf::event_based_actor* self, caf::actor node, world_state* world);

/// Asks twice a second how the cluster stands and what is held where.
caf::behavior watcher_actor(caf::event_based_actor* self, caf::actor node, world_state* world);

}  // namespace whorl::sim
