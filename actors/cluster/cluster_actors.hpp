// The actors of a cluster. On the exchange: the cluster supervisor, who places replicas; the port,
// to which nodes speak; the feed, which sends them rows and facts; the fan-out, which asks them. On
// a node: the member, which speaks for it; the keeper of its replicas; the connector.
//
//   node                                              exchange
//   connector ── finds ──────────────────────────────► port
//   member ── hello, 5 a second ─────────────────────► port ─► cluster supervisor ── view ─►
//   fan-out keeper ── rows, facts ───────────────────────────► port ─► feed │ member ─► shard ─►
//   replicas  ◄──────────────────────────────── round1, round2, progress ────┘
#pragma once

#include <caf/all.hpp>

#include <functional>
#include <string>

#include "actors/cluster/cluster_protocol.hpp"
#include "actors/cluster/cluster_settings.hpp"
#include "storage/replica_folder.hpp"
#include "storage/store.hpp"

namespace whorl::actors {

/// Answers round1, round2 and progress as a shard of every partition does, by asking nodes. Nodes
/// that are not in the view any more are passed over at once.
caf::behavior fan_out_actor(caf::event_based_actor* self, fan_out_settings settings);

/// An edge. Answers facts and rows from the store: journal, keys, partitions. At each tick_atom it
/// closes copies that nobody has asked for in a minute. (Edges send nothing to themselves later: an
/// actor system does not end while its clock has a message for an actor with a thread.)
caf::behavior feed_actor(caf::event_based_actor* self, storage::store* store);

/// What nodes are to say to an exchange, and no more: passes it on. The one actor that is
/// published; a member's process can still address those that have spoken to it (docs/LIMITS.md).
caf::behavior port_actor(caf::event_based_actor* self, caf::actor supervisor, caf::actor feed);

/// A node supervisor's own shard, as the fan-out asks every node.
caf::behavior own_shard_actor(caf::event_based_actor* self, caf::actor node);

/// On the exchange, one for as long as it lives: places replicas on nodes and answers round1,
/// round2 and progress by asking them, and the shard of the node supervisor `node`, which has every
/// partition, where no other can be asked. Ends when the map cannot be kept, or another exchange
/// has made one.
caf::behavior cluster_supervisor_actor(caf::event_based_actor* self, storage::store* store,
                                       caf::actor node, caf::actor journal,
                                       cluster_settings settings);

struct keeper_settings {
  std::string folder;
  storage::partition_options options;
  std::uint64_t first_copy = 0;  ///< copies are numbered from here
  caf::actor indexer, member;
  std::shared_ptr<keeper_counters> counters;
  event_function on_event;
};

/// An edge. Owns the replicas in its folder, which it opens when the first partition map has come.
/// Tells the member (holds_atom, held_ptr) whenever what it holds changes. At each tick_atom it
/// asks again for what was lost.
caf::behavior keeper_actor(caf::event_based_actor* self, keeper_settings settings);

/// The exchange's port, or why it cannot be had now; blocks meanwhile.
using connect_function = std::function<caf::expected<caf::actor>()>;
/// An edge. (connect_atom) -> tells the sender (exchange_atom, port); null: not now.
caf::behavior connector_actor(caf::event_based_actor* self, connect_function connect);

struct member_settings {
  node_place place;
  std::string folder;
  storage::partition_options options;
  std::uint64_t incarnation = 0;           ///< drawn at each start
  std::uint32_t protocol = node_protocol;  ///< another: in simulation
  shard_settings shard;                    ///< its partition_count is the map's
  connect_function connect;
  bool use_index = true;
  bool detach_edges = true;                     ///< false in simulation
  std::int64_t hello_ms = 200;                  ///< between heartbeats
  std::int64_t reply_ms = 2000;                 ///< after which a heartbeat counts as lost
  std::function<void(const error&)> on_failed;  ///< the node cannot go on
  event_function on_event;                      ///< empty: on stdout
};

/// A whole node of a cluster but the exchange. (status_atom): node_counts_ptr.
caf::behavior member_actor(caf::event_based_actor* self, member_settings settings);

}  // namespace whorl::actors
