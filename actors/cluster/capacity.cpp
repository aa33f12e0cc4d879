#include "actors/cluster/capacity.hpp"

#include <algorithm>
#include <cmath>

#include "actors/cluster/queueing.hpp"
#include "messages/limits.hpp"

namespace whorl::cluster {
namespace {

constexpr double giga = 1e9, day_s = 86'400, bits = 8;

/// One gallery, as a search of it sees it.
struct searched {
  double people = 0, partitions = 0;
  double partition_s = 0;  ///< of a core: one partition in one pass
  double pass_s = 0;       ///< of processors: one whole pass
  double found = 0;
};

searched gallery_of(const capacity_inputs& in, double people, double found, bool indexed) {
  searched g;
  g.people = people;
  g.found = found;
  g.partitions = std::clamp(std::ceil(people / in.people_a_partition), 1.0,
                            static_cast<double>(limits::partitions_max));
  const double speed = indexed ? in.index_people_s : in.scan_people_s;
  g.partition_s = people / g.partitions / speed + in.pool_ms / 1000;
  g.pass_s = g.partitions * g.partition_s + (in.precise_ms + in.other_ms) / 1000;
  return g;
}

/// Bookings that take the same passes: how many of all, processors and longest path of each.
struct booking_class {
  double share = 0, work_s = 0, path_s = 0;
};

/// `cores`: that one search has. Both galleries are searched at once; whoever was not found in one
/// is searched there again.
std::vector<booking_class> classes_of(const capacity_inputs& in, const searched& a,
                                      const searched& b, double cores) {
  const double alone_s = (in.precise_ms + in.other_ms) / 1000;
  const auto path = [&](double partitions, double partition_s) {
    return partitions == 0 ? 0 : std::ceil(partitions / cores) * partition_s + alone_s;
  };
  const double slowest = std::max(a.partition_s, b.partition_s);
  std::vector<booking_class> classes;
  for (const bool found_a : {true, false}) {
    for (const bool found_b : {true, false}) {
      const double share = (found_a ? a.found : 1 - a.found) * (found_b ? b.found : 1 - b.found);
      const double again = (found_a ? 0 : a.partitions) + (found_b ? 0 : b.partitions);
      classes.push_back({share, a.pass_s * (found_a ? 1 : 2) + b.pass_s * (found_b ? 1 : 2),
                         path(a.partitions + b.partitions, slowest) + path(again, slowest)});
    }
  }
  return classes;
}

/// What one node takes in for one pass over both rounds. It sends as much: of the passes that begin
/// on it, whose probes go to all.
double pass_bytes(const capacity_inputs& in) {
  return 2 * (in.probe_bytes + in.candidates * in.candidate_bytes);
}

void add_latency(const capacity_inputs& in, const searched& a, const searched& b, double cores,
                 capacity_plan& plan) {
  const double side_by_side = std::max(1.0, std::floor(cores / (a.partitions + b.partitions)));
  const double cores_each = cores / side_by_side;
  double work = 0, square = 0, path = 0, longest = 0;
  for (const booking_class& c : classes_of(in, a, b, cores_each)) {
    const double service = c.work_s / cores_each;
    work += c.share * service;
    square += c.share * service * service;
    path += c.share * c.path_s;
    if (c.share > 0) longest = std::max(longest, c.path_s);
  }
  const double cv2 = std::max(0.0, square / (work * work) - 1);
  const queue_wait wait =
      wait_for_server(static_cast<std::uint32_t>(side_by_side), plan.peak_bookings_s, work, cv2);
  plan.busy = wait.utilisation;
  plan.wait_s = wait.mean_s;
  plan.answer_s = wait.mean_s + path + in.beside_ms / 1000;
  plan.answer_p99_s = wait.quantile_s(0.99) + longest + in.beside_ms / 1000;
}

}  // namespace

capacity_plan plan_capacity(const capacity_inputs& in, bool indexed) {
  const searched a = gallery_of(in, in.criminal_people, in.criminal_found, indexed);
  const searched b = gallery_of(in, in.immigration_people, in.immigration_found, indexed);
  capacity_plan plan;
  plan.peak_bookings_s = in.bookings_per_day / day_s * in.peak_to_mean;
  plan.criminal_passes = 2 - a.found;
  plan.immigration_passes = 2 - b.found;
  plan.partitions_criminal = a.partitions;
  plan.partitions_immigration = b.partitions;
  plan.processor_s = plan.criminal_passes * a.pass_s + plan.immigration_passes * b.pass_s;

  const double held = (a.people + b.people) * in.replicas;
  const double memory = held * (in.hot_bytes + (indexed ? in.index_bytes : 0)) / giga;
  const double disk = held * in.stored_bytes / giga;
  const double passes_s = plan.peak_bookings_s * (plan.criminal_passes + plan.immigration_passes);
  const double network_bit_s = passes_s * pass_bytes(in) * bits;

  plan.nodes_for_processors =
      std::ceil(plan.peak_bookings_s * plan.processor_s / in.busy / in.node_cores);
  plan.nodes_for_memory = std::ceil(memory / (in.node_memory_gb * in.memory_full));
  plan.nodes_for_disk = std::ceil(disk / (in.node_disk_gb * in.disk_full));
  const double needed = std::max(
      {plan.nodes_for_processors, plan.nodes_for_memory, plan.nodes_for_disk, in.replicas, 1.0});
  plan.nodes = needed + in.spare_nodes;

  plan.memory_gb = memory / needed;
  plan.disk_gb = disk / needed;
  plan.network_mbit_s = network_bit_s / 1e6;
  plan.network_busy = network_bit_s / (in.node_network_gbit * giga);
  // Everybody sends and receives: the links of the others carry it together.
  plan.copy_minutes = disk / plan.nodes * giga * bits /
                      (std::max(1.0, plan.nodes - 1) * in.node_network_gbit * giga / 2) / 60;
  plan.appends_s = plan.peak_bookings_s * in.facts;
  plan.journal_busy = plan.appends_s / in.appends_s;
  plan.journal_gb_day = in.bookings_per_day * in.facts * in.fact_bytes / giga;
  add_latency(in, a, b, needed * in.node_cores, plan);
  return plan;
}

}  // namespace whorl::cluster
