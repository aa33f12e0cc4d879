#include "sim/cluster/checkers.hpp"

#include <algorithm>

#include "sim/cluster/checkers/facts_of_run.hpp"

namespace whorl::sim {

breach check_deleted_stay_out(const run_outcome& run) {
  const auto deleted = deletions_of(run);
  for (const auto& a : only<booking_answered>(facts_of(run, stream_id::bookings))) {
    const auto gone = [&](subject_id who) {
      const auto found = deleted.find({a.gallery, who});
      return found != deleted.end() && a.tail_seq >= found->second;
    };
    if (gone(a.subject) ||
        std::ranges::any_of(a.candidates, [&](const auto& c) { return gone(c.subject); }))
      return to_string(a.booking) + " was answered with somebody who had been deleted";
  }
  return {};
}

}  // namespace whorl::sim
