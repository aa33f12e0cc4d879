// Who deals with the exchange from outside: the agencies that book, and somebody who looks how it
// is. In a run with a script they do what it says.
#pragma once

#include <caf/all.hpp>

#include <string>

#include "sim/cluster/world_state.hpp"

namespace whorl::sim {

/// Sends every planned booking until it is acknowledged, some twice and some tampered, at drawn
/// times; asks the node to drain once all are acknowledged. With a script: sends what it is told
/// to, again until it is acknowledged.
caf::behavior client_actor(caf::event_based_actor* self, caf::actor node, world_state* world);

// Of a script, to a client_actor. `index`: into world_state::clients.
void send_booking(const caf::actor& client, std::uint64_t index, bool tampered);
void ask_to_drain(const caf::actor& client);
/// What is said to it is kept in world_state::orders, under the number returned.
std::size_t give_order(const caf::actor& client, world_state& world, std::string what,
                       cluster::cluster_order order);
std::size_t append_by_hand(const caf::actor& client, world_state& world, std::string what,
                           actors::append_batch batch);

/// Asks twice a second how the cluster stands and what is held where; ten times with a script.
caf::behavior watcher_actor(caf::event_based_actor* self, caf::actor node, world_state* world);

}  // namespace whorl::sim
