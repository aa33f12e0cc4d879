#include "sim/cluster/checkers/journal_checkers.hpp"

#include <map>

#include "actors/casework/lifecycle.hpp"
#include "sim/cluster/checkers/facts_of_journal.hpp"

namespace whorl::sim {

breach cases_move_along_the_lifecycle(const storage::journal& log) {
  std::map<case_id, std::vector<case_event>> cases;
  for (const auto& e : only<case_event>(facts_of(log, stream_id::cases))) {
    if (e.by.empty() || e.at.ms == 0 || e.rule_set.empty())
      return to_string(e.which) + " has a step without who, when or rules";
    cases[e.which].push_back(e);
  }
  for (const auto& [which, events] : cases)
    if (casework::fold(events).steps != events.size())
      return to_string(which) + " has a step that its state does not allow";
  return {};
}

}  // namespace whorl::sim
