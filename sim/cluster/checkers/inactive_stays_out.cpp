#include "sim/cluster/checkers/journal_checkers.hpp"

#include <set>

#include "sim/cluster/checkers/facts_of_journal.hpp"

namespace whorl::sim {

breach inactive_stays_out(const storage::journal& log) {
  const auto facts = facts_of(log, stream_id::bookings);
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
