#include "sim/cluster/checkers.hpp"

#include <map>

#include "sim/cluster/checkers/facts_of_run.hpp"

namespace whorl::sim {

breach check_bookings_end_by_their_deadline(const run_outcome& run) {
  const auto facts = facts_of(run, stream_id::bookings);
  std::map<booking_id, booking_accepted> accepted;
  for (auto& a : only<booking_accepted>(facts)) accepted.emplace(a.booking, std::move(a));
  for (const auto& a : only<booking_answered>(facts)) {
    const auto of = accepted.find(a.booking);
    if (of == accepted.end()) return to_string(a.booking) + " was answered and never accepted";
    if (a.decision == answer_decision::failed && a.answered_at < of->second.deadline_at)
      return to_string(a.booking) + " was given up before its deadline";
  }
  return {};
}

}  // namespace whorl::sim
