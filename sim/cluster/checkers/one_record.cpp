#include "sim/cluster/checkers.hpp"

#include <map>

#include "sim/cluster/checkers/facts_of_run.hpp"

namespace whorl::sim {

breach check_one_booking_one_record(const run_outcome& run) {
  std::map<std::pair<std::string, std::string>, int> acceptances;
  for (const auto& a : only<booking_accepted>(facts_of(run, stream_id::bookings)))
    if (++acceptances[{a.ori, a.tcn}] > 1) return a.ori + "/" + a.tcn + " was accepted twice";
  std::map<booking_id, int> records;
  for (const auto& e : only<subject_enrolled>(facts_of(run, stream_id::criminal)))
    ++records[e.origin];
  for (const auto& e : only<encounter_added>(facts_of(run, stream_id::criminal)))
    ++records[e.booking];
  for (const auto& [booking, count] : records)
    if (count != 1)
      return to_string(booking) + " left " + std::to_string(count) +
             " records in the criminal gallery";
  for (const client_record& c : run.clients)
    if (c.wrong_acknowledgements > 0)
      return to_string(c.booking) + " was acknowledged as something else";
  return {};
}

}  // namespace whorl::sim
