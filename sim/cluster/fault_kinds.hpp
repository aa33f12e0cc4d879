// The kinds of faults a simulated cluster meets, how often each is drawn in a run, and how often
// each was. A run takes part of them, drawn from its seed (swarm testing: a fault that is always
// there can hide another).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sim/cluster/random.hpp"

namespace whorl::sim {

enum class fault_kind : std::uint8_t {
  // network: of each message
  loss,
  duplication,
  delay,
  reordering,
  corrupt_bytes,
  // network: of links, now and then
  clog,
  one_way_partition,
  two_way_partition,
  // processes, now and then
  exchange_crash,
  exchange_freeze,
  projections_rolled_back,
  node_crash,
  node_freeze,
  node_empty_disk,
  node_rolled_back,
  node_away,
  other_version,
  // actors
  shard_throws,
  slow_actor,
  // the journal's disk: of each append
  append_refused,
  crash_before_durable,
  crash_after_durable,
  // a node's disk
  node_disk_full,
  node_bit_rot,
  // time
  clock_skew,
  clock_jump,
  // load and people
  burst,
  shard_moved,
  node_drained,
  record_deleted,
};
inline constexpr std::size_t fault_kinds = 30;

/// As it is written on the command line: "one-way-partition".
std::string_view to_string(fault_kind kind);

using fault_counts = std::array<std::uint64_t, fault_kinds>;

/// How often: of a message, append or step in 10,000; of what happens now and then, at each look.
struct fault_plan {
  std::array<std::uint32_t, fault_kinds> per_myriad{};

  std::uint32_t rate(fault_kind kind) const { return per_myriad[static_cast<std::size_t>(kind)]; }
  bool on(fault_kind kind) const { return rate(kind) > 0; }
  void off(fault_kind kind) { per_myriad[static_cast<std::size_t>(kind)] = 0; }
  /// True as often as the kind's rate says; counted then.
  bool strikes(fault_kind kind, chance& draw, fault_counts& fired) const {
    if (!on(kind) || draw.below(10'000) >= rate(kind)) return false;
    ++fired[static_cast<std::size_t>(kind)];
    return true;
  }
};

/// Which kinds a seed's run meets, and how often. `nodes` = 0: one process, without those of a
/// cluster.
fault_plan drawn_plan(chance& draw, std::size_t nodes);

}  // namespace whorl::sim
