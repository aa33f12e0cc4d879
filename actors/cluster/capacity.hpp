// What a cluster of a given size needs, on paper: measured figures of one core, one person and one
// booking turned into nodes, memory, disk, network and latency. Every figure is an input with a
// default and the place it comes from; what the arithmetic takes for granted stands beside it
// below.
//
// Work: a booking searches both galleries at once; a search looks at every person of its gallery,
//   and at each once more with the hands exchanged when nobody is found (actors/query_core.hpp).
//   Each partition of a pass fills a pool of its own (`pool_s`).
// Nodes: the most that processors, memory, disk and replicas ask for, each filled to its share in
//   the peak hour, and spare nodes beyond: with as many lost, all else still holds. Network is only
//   stated: every probe goes to every node, so that more nodes do not lessen what each takes in.
// Latency: the wait before all processors together (M/G/m, queueing.hpp; m: how many searches fit
//   side by side when each has a core for each of its partitions), plus the search's own longest
//   path: its partitions in waves over the cores it has, then the steps that are not split.
// Owner: whorl plan. Pure; floating point: a plan, not a decision.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "messages/result.hpp"

namespace whorl::cluster {

struct capacity_inputs {
  double criminal_people = 70e6, immigration_people = 150e6;
  double bookings_per_day = 150e3, peak_to_mean = 2;
  double criminal_found = 0.65, immigration_found = 0.065;

  double scan_people_s = 2.75e6, index_people_s = 31e6;
  double pool_ms = 13, precise_ms = 26, other_ms = 40, beside_ms = 10.4;
  double people_a_partition = 1e6;

  double hot_bytes = 3500, index_bytes = 880, stored_bytes = 20e3;
  double probe_bytes = 4e3, candidates = 64, candidate_bytes = 24;
  double facts = 10, fact_bytes = 2e3, appends_s = 1600;

  double replicas = 2, spare_nodes = 1;
  double node_cores = 32, node_memory_gb = 256, node_disk_gb = 4000, node_network_gbit = 10;
  double busy = 0.6, memory_full = 0.8, disk_full = 0.6;
};

/// One input as it is asked for and explained.
struct capacity_option {
  const char* name;  ///< of the command's option, without dashes
  double capacity_inputs::*value;
  double least, most;
  bool whole;  ///< only whole numbers
  const char* what;
  const char* source;  ///< of the default
};
std::span<const capacity_option> capacity_options();

struct capacity_plan {
  double peak_bookings_s = 0;
  double criminal_passes = 0, immigration_passes = 0;  ///< a booking, on average
  double partitions_criminal = 0, partitions_immigration = 0;
  double processor_s = 0;  ///< a booking
  double nodes_for_processors = 0, nodes_for_memory = 0, nodes_for_disk = 0;
  double nodes = 0;  ///< spare ones included
  // With the spare nodes lost:
  double busy = 0;                    ///< of all cores, in the peak hour
  double memory_gb = 0, disk_gb = 0;  ///< of a node
  double network_mbit_s = 0;          ///< a node, each way, in the peak hour
  double network_busy = 0;            ///< of its link
  double copy_minutes = 0;  ///< until what a lost node held is copied anew, at half of the
                            ///< links and whatever the disks do
  double wait_s = 0, answer_s = 0, answer_p99_s = 0;
  double appends_s = 0, journal_busy = 0;  ///< in the peak hour
  double journal_gb_day = 0;               ///< before it is copied to the other servers
};

/// Errors: invalid_input, naming the option, what it is and what is allowed.
status check_inputs(const capacity_inputs& inputs);

/// `indexed`: sketches of those alone whom the index proposes. Inputs as check_inputs allows them.
capacity_plan plan_capacity(const capacity_inputs& inputs, bool indexed);

/// Sentences: what the arithmetic takes for granted.
std::span<const char* const> capacity_assumptions();

}  // namespace whorl::cluster
