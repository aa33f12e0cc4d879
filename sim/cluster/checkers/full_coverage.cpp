#include "sim/cluster/checkers.hpp"

#include <set>

#include "sim/cluster/checkers/facts_of_run.hpp"
#include "sim/cluster/world_state.hpp"

namespace whorl::sim {

breach check_no_hit_over_full_coverage(const run_outcome& run) {
  for (const auto& a : only<booking_answered>(facts_of(run, stream_id::bookings))) {
    if (a.decision != answer_decision::no_hit) continue;
    std::set<std::uint32_t> covered;
    for (const coverage_entry& c : a.coverage)
      if (c.partition.gallery == a.gallery && c.applied_seq >= a.tail_seq)
        covered.insert(c.partition.index);
    if (covered.size() != partitions)
      return to_string(a.booking) + " got a no hit over " + std::to_string(covered.size()) +
             " partitions";
  }
  return {};
}

}  // namespace whorl::sim
