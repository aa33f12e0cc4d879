#include "sim/cluster/checkers.hpp"

#include <map>
#include <set>

#include "sim/cluster/checkers/facts_of_run.hpp"

namespace whorl::sim {

breach check_answers_are_sent_once(const run_outcome& run) {
  std::map<std::string, int> queued;
  const auto outbox = facts_of(run, stream_id::outbox);
  for (const auto& m : only<message_queued>(outbox)) ++queued[m.message];
  for (const auto& [message, count] : queued)
    if (count != 1) return message + " was queued " + std::to_string(count) + " times";
  for (const auto& a : only<booking_answered>(facts_of(run, stream_id::bookings)))
    if (a.gallery == gallery_kind::criminal && is_final(a) &&
        !queued.contains(to_string(a.booking) + "/criminal"))
      return to_string(a.booking) + " was answered and nothing was sent";
  std::set<std::string> delivered;
  for (const auto& m : only<message_delivered>(outbox)) delivered.insert(m.message);
  for (const auto& [message, count] : queued)
    if (!delivered.contains(message)) return message + " was never delivered";
  return {};
}

}  // namespace whorl::sim
