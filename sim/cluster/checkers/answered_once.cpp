#include "sim/cluster/checkers.hpp"

#include <map>
#include <set>

#include "sim/cluster/checkers/facts_of_run.hpp"

namespace whorl::sim {

breach check_every_booking_answered_once(const run_outcome& run) {
  const auto facts = facts_of(run, stream_id::bookings);
  std::map<std::pair<booking_id, gallery_kind>, int> finals;
  for (const auto& a : only<booking_answered>(facts))
    if (is_final(a)) ++finals[{a.booking, a.gallery}];
  std::set<booking_id> accepted;
  for (const auto& a : only<booking_accepted>(facts)) accepted.insert(a.booking);
  for (const client_record& c : run.clients) {
    if (!c.acknowledged) continue;
    if (!accepted.contains(c.booking))
      return to_string(c.booking) + " was acknowledged and is lost";
  }
  for (booking_id b : accepted) {
    const int criminal = finals[{b, gallery_kind::criminal}];
    const int immigration = finals[{b, gallery_kind::immigration}];
    // Before everything is at rest some have none yet: promise 12 says so then.
    if (criminal > 1 || (criminal == 0 && run.at_rest))
      return to_string(b) + " has " + std::to_string(criminal) + " criminal answers";
    if (immigration > 1)
      return to_string(b) + " has " + std::to_string(immigration) + " immigration answers";
  }
  return {};
}

}  // namespace whorl::sim
