#include "sim/cluster/checkers/journal_checkers.hpp"

#include <map>
#include <set>

#include "sim/cluster/checkers/facts_of_journal.hpp"

namespace whorl::sim {
namespace {

using recorded_actions = std::set<std::pair<std::string, std::string>>;  // object, action

/// A message about a booking has a row of the booking, a second response one of its case, after
/// which it is named.
bool is_on_record(const recorded_actions& recorded, const message_queued& message) {
  const std::string booking = to_string(message.booking);
  const std::string answer = "answer " + message.kind + " to " + message.recipient;
  if (recorded.contains({message.message.substr(0, message.message.find('/')), answer}))
    return true;
  if (message.kind == "IAQ")
    return recorded.contains({booking, "disclose identity match to " + message.recipient});
  return recorded.contains({booking, answer});
}

}  // namespace

breach disclosures_are_on_record(const storage::journal& log, bool at_rest) {
  recorded_actions recorded;
  for (const auto& row : only<audit_row>(facts_of(log, stream_id::audit))) {
    if (row.principal.empty() || row.role.empty() || row.purpose.empty() || row.at.ms == 0)
      return "an audit row about " + row.object + " lacks who, as what, why or when";
    recorded.emplace(row.object, row.action);
  }
  std::map<booking_id, jurisdiction_mode> modes;
  for (const auto& a : only<booking_accepted>(facts_of(log, stream_id::bookings))) {
    modes[a.booking] = a.mode;
    if (at_rest && !recorded.contains({to_string(a.booking), "accept booking"}))
      return to_string(a.booking) + " was accepted without an audit row";
  }
  for (const auto& m : only<message_queued>(facts_of(log, stream_id::outbox))) {
    const jurisdiction_mode mode = modes[m.booking];
    if ((m.kind == "IDR" && mode != jurisdiction_mode::full) ||
        ((m.kind == "IAQ" || m.kind == "DET") && mode == jurisdiction_mode::inactive))
      return m.message + " tells of the immigration gallery where the mode does not allow it";
    if (!is_on_record(recorded, m))
      return m.message + " was disclosed to " + m.recipient + " without an audit row";
  }
  return {};
}

}  // namespace whorl::sim
