#include "sim/cluster/checkers.hpp"

#include <set>

#include "sim/cluster/checkers/facts_of_run.hpp"

namespace whorl::sim {

breach check_inactive_stays_out(const run_outcome& run) {
  const auto facts = facts_of(run, stream_id::bookings);
  std::set<booking_id> inactive;
  for (const auto& a : only<booking_accepted>(facts)) {
    if (a.mode == jurisdiction_mode::inactive) inactive.insert(a.booking);
    if (a.mode == jurisdiction_mode::inactive && a.immigration_prints)
      return to_string(a.booking) + " is inactive and carries prints for the immigration search";
  }
  for (const auto& a : only<booking_answered>(facts))
    if (a.gallery == gallery_kind::immigration && inactive.contains(a.booking))
      return to_string(a.booking) + " is inactive and has an immigration answer";
  return {};
}

}  // namespace whorl::sim
