// What the parts of a cluster say to each other. Between processes go atoms, numbers and packets
// alone, so that a process of another version reads them or refuses them; the rest stays inside
// one process.
#pragma once

#include <caf/all.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "actors/cluster/exchange.hpp"
#include "actors/cluster/fan_out_core.hpp"
#include "actors/cluster/node_counts.hpp"
#include "actors/cluster/node_event.hpp"
#include "actors/protocol.hpp"
#include "messages/cluster.hpp"

namespace whorl::actors {

// from a node to the exchange
using hello_atom = caf::atom_constant<caf::atom("hello")>;  // node_report -> partition_map
using facts_atom = caf::atom_constant<caf::atom("facts")>;  // facts_request -> facts_reply
using rows_atom = caf::atom_constant<caf::atom("rows")>;    // rows_request -> rows_reply
// from the exchange to a node: round1_atom, round2_atom; (progress_atom, u64 search) -> u64;
// (advanced_atom, u8 stream, u64 seq)

// inside a process
using exchange_atom = caf::atom_constant<caf::atom("exchange")>;  // actor, or bool: connected to it
using connect_atom = caf::atom_constant<caf::atom("connect")>;    // connect (again)
using wanted_atom = caf::atom_constant<caf::atom("wanted")>;      // partition_map_ptr
using holds_atom = caf::atom_constant<caf::atom("holds")>;        // held_ptr: a keeper to its node
using view_atom = caf::atom_constant<caf::atom("view")>;          // cluster_view_ptr: to a fan-out
using hedge_atom = caf::atom_constant<caf::atom("hedge")>;
using tick_atom = caf::atom_constant<caf::atom("tick")>;
using report_atom = caf::atom_constant<caf::atom("report")>;  // packet, actor: from the port

using order_atom = caf::atom_constant<caf::atom("order")>;  // cluster_order -> status_reply
using status_atom =
    caf::atom_constant<caf::atom("status")>;  // -> cluster_status_ptr; of a member: node_counts_ptr

using partition_map_ptr = std::shared_ptr<const partition_map>;
using partition_list = std::vector<partition_id>;

/// What a keeper holds now: what the exchange is told, and who is searched.
struct held_replicas {
  std::vector<replica_report> reports;
  std::vector<replica_handle> open;
  status failed;  ///< the folder cannot be used: the node must end
};
using held_ptr = std::shared_ptr<const held_replicas>;

/// Who can be asked, and how.
struct cluster_view {
  search_view who;
  std::map<std::string, caf::actor> nodes;
};
using cluster_view_ptr = std::shared_ptr<const cluster_view>;

using cluster_status_ptr = std::shared_ptr<const cluster_status>;
using node_counts_ptr = std::shared_ptr<const node_counts>;

/// Where nobody takes events they are printed, but for those of debugging.
inline void tell(caf::event_based_actor* self, const event_function& who, const node_event& event) {
  if (who)
    who(event);
  else if (event.level != event_level::debug)
    caf::aout(self) << "whorl: " << words_of(event) << std::endl;
}

/// Asks in one's own name and passes the answer on; `answered` is called first. Where delegating
/// would not do: an answer to another process that is under way when this one ends keeps its sender
/// alive, and one with a thread of its own is then waited for in vain.
template <class Atom>
caf::result<packet> relay(
    caf::event_based_actor* self, const caf::actor& whom, std::chrono::milliseconds limit,
    Atom atom, packet request, std::function<void()> answered = [] {}) {
  auto promise = self->make_response_promise<packet>();
  self->request(whom, limit, atom, std::move(request))
      .then(
          [=](packet& reply) mutable {
            answered();
            promise.deliver(std::move(reply));
          },
          [=](caf::error& e) mutable {
            answered();
            promise.deliver(std::move(e));
          });
  return promise;
}

}  // namespace whorl::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::partition_map_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::held_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::cluster_view_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::cluster_status_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::node_counts_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::cluster::cluster_order)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(whorl::actors::partition_list)
