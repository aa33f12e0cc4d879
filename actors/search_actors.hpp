// The actors of a search: a replica actor owns the scan of one partition, the shard actor answers
// for all replicas of this node, a query actor asks for one booking.
#pragma once

#include <caf/all.hpp>

#include <cstdint>
#include <functional>
#include <vector>

#include "actors/cluster/round_counts.hpp"
#include "actors/matching.hpp"
#include "actors/partition_index.hpp"
#include "actors/query_core.hpp"
#include "actors/time_source.hpp"
#include "storage/gallery_partition.hpp"

namespace whorl::actors {

/// Scans one partition, on the shared worker threads: replicas run at once. Jobs that wait together
/// share a pass, a long one in turns (limits::scan_turn_sketches). A job whose tail is ahead of the
/// projection waits for it. `applied_seq`: what the projection held when the replica was made.
/// `indexer`, unless null, is asked for indexes as the partition grows; until there are any,
/// everybody is scanned. `owner`, unless null, is told (damaged_atom, text) of damage that a search
/// has met, for which the partition is missing in it.
caf::behavior replica_actor(caf::event_based_actor* self, partition_ptr partition,
                            std::uint64_t applied_seq, caf::actor indexer, caf::actor owner);

/// An edge: answers (index_atom, partition, slab) with build_segment's segment, null while there
/// are too few slabs. One a node, so that one core at most is busy with it.
caf::behavior indexer_actor(caf::event_based_actor* self);

struct replica_handle {
  partition_id id;
  caf::actor actor;
};

struct shard_settings {
  std::uint32_t partition_count = 1;
  /// A partition on whose job no work is done for so long is given up as missing.
  std::int64_t scan_patience_ms = 5000;
  /// Called before each round; tests throw from it. Empty in production.
  std::function<void()> fault_hook;
  /// Called on a worker thread at the end of each round; must not block. Empty: nobody is told.
  std::function<void(const round_note&)> on_round;
  matching_ptr matcher = real_matching();
};

/// Answers (round1_atom, packet) and (round2_atom, packet): prepares the probe once, asks every
/// replica at once, gathers. Malformed frames are answered with an error and logged, never a crash.
/// (progress_atom, search_id): the work done so far on a search that is in its hands (it grows as
/// long as the search gets on), 0 for any other. (counts_atom): shard_counts.
caf::behavior shard_actor(caf::event_based_actor* self, std::vector<replica_handle> replicas,
                          shard_settings settings);

/// What a query actor works with.
struct query_environment {
  caf::actor
      shards;  ///< answers round1/round2: the node supervisor, or a simulated network before it
  caf::actor journal;
  caf::actor vault;
  query_settings settings;
  /// Of each request; of a round of the search, which may take longer, how long it may stand
  /// still. More than twice shard_settings::scan_patience_ms, so that the shard names first which
  /// partition is missing.
  std::int64_t request_timeout_ms = 12000;
  time_source time;
};

/// Runs one booking to its answers, both galleries at once, then tells `gateway` (finished_atom,
/// booking) and ends. Galleries that have a final answer (`skip_*`) are not searched again.
caf::behavior query_actor(caf::event_based_actor* self, query_environment environment,
                          caf::actor gateway, booking_accepted accepted, bool skip_criminal,
                          bool skip_immigration);

}  // namespace whorl::actors
