#include "sim/cluster/checkers.hpp"

#include <map>
#include <set>

#include "sim/cluster/checkers/facts_of_run.hpp"

namespace whorl::sim {
namespace {

/// What the audit row of a message says was done.
std::string action_of(const message_queued& message) {
  if (message.kind == "IAQ") return "disclose identity match to " + message.recipient;
  return "answer " + message.kind + " to " + message.recipient;
}

}  // namespace

breach check_disclosures_are_on_record(const run_outcome& run) {
  std::set<std::pair<std::string, std::string>> recorded;  // object, action
  for (const auto& row : only<audit_row>(facts_of(run, stream_id::audit))) {
    if (row.principal.empty() || row.role.empty() || row.purpose.empty() || row.at.ms == 0)
      return "an audit row about " + row.object + " lacks who, as what, why or when";
    recorded.emplace(row.object, row.action);
  }
  std::map<booking_id, jurisdiction_mode> modes;
  for (const auto& a : only<booking_accepted>(facts_of(run, stream_id::bookings))) {
    modes[a.booking] = a.mode;
    if (run.at_rest && !recorded.contains({to_string(a.booking), "accept booking"}))
      return to_string(a.booking) + " was accepted without an audit row";
  }
  for (const auto& m : only<message_queued>(facts_of(run, stream_id::outbox))) {
    const jurisdiction_mode mode = modes[m.booking];
    if ((m.kind == "IDR" && mode != jurisdiction_mode::full) ||
        (m.kind == "IAQ" && mode == jurisdiction_mode::inactive))
      return m.message + " tells of the immigration gallery where the mode does not allow it";
    if (!recorded.contains({to_string(m.booking), action_of(m)}))
      return m.message + " was disclosed to " + m.recipient + " without an audit row";
  }
  return {};
}

}  // namespace whorl::sim
