// A node: the actors of one process around one store, and the supervisor that starts them, restarts
// what falls and knows when nothing is left to do.
#pragma once

#include <caf/all.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/bureau_core.hpp"
#include "actors/casework/case_settings.hpp"
#include "actors/cluster/cluster_settings.hpp"
#include "actors/edges.hpp"
#include "actors/gateway_core.hpp"
#include "actors/search_actors.hpp"
#include "messages/limits.hpp"
#include "storage/store.hpp"

namespace whorl::actors {

struct gateway_environment {
  query_environment query;
  jurisdictions modes;
  std::vector<bureau_rule> bureaus;
  std::size_t in_flight_max = limits::bookings_in_flight_max;
  std::int64_t booking_deadline_ms = 24ll * 60 * 60 * 1000;
  std::shared_ptr<door> entrance;  ///< shared with those who hand in; none: the gateway's own
};

/// A booking found open at start, with what it has already.
struct resumed_booking {
  booking_accepted accepted;
  bool criminal_answered = false;  ///< finally, or waiting for an examiner
  bool immigration_answered = false;
};

/// Takes submissions, bounds what is in flight, starts a query actor for each accepted booking.
caf::behavior gateway_actor(caf::event_based_actor* self, gateway_environment environment);

/// Owned by the gateway and linked to it: (hold_atom, bookings, until) keeps them, and sends them
/// back as resume_atom when their time has come.
caf::behavior bureau_actor(caf::event_based_actor* self, caf::actor gateway, time_source time);

struct notification_environment {
  caf::actor journal;
  caf::actor vault;
  time_source time;
  std::shared_ptr<const casework::case_settings> cases;  ///< never null
};
/// Follows stream "bookings" and turns each answer into messages, cases and audit rows, once.
caf::behavior notification_actor(caf::event_based_actor* self,
                                 notification_environment environment);

struct node_settings {
  gateway_environment gateway;  ///< its query.journal, vault and shards are set by the node
  shard_settings shard;
  deliver_function deliver;
  std::shared_ptr<const casework::case_settings> cases;  ///< null: the usual ones
  time_source time;
  bool detach_edges = true;  ///< false in simulation: edges run on the testing scheduler
  bool use_index = true;     ///< of large partitions; else every search looks at everybody
  /// Nodes are asked instead of this one; its clock and the edges' places are set by the node.
  std::optional<cluster_settings> cluster;
  /// Put between the query actors and the shard (simulated network); empty: none.
  std::function<caf::actor(caf::actor_system&, caf::actor shards)> network;
};

/// Supervises one node. Answers submit (to the gateway), round1/round2 (to the shard), drain, load,
/// gauges, watch, indexed; status and orders of the cluster, where it is its exchange. Restarts
/// shard, replicas and notification when they fall; the edges and the gateway falling ends the
/// node, since what they held in memory must be rebuilt from the journal.
caf::behavior node_supervisor(caf::event_based_actor* self, storage::store* store,
                              node_settings settings);

}  // namespace whorl::actors
