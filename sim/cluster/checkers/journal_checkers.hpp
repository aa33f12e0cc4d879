// Promises that a journal alone can show broken: of a simulated run, or of a store that is found
// after a failure (tests/faults). Free of actors.
#pragma once

#include <optional>
#include <string>

#include "storage/journal.hpp"

namespace whorl::sim {

/// The first breach in words, or nothing.
using breach = std::optional<std::string>;

/// 5: whatever leaves the exchange about a booking has its audit row, and only agencies in mode
/// full hear of the immigration gallery. `at_rest`: acceptances have theirs by now.
breach disclosures_are_on_record(const storage::journal& log, bool at_rest);
/// 5: an inactive jurisdiction's prints never meet the immigration gallery.
breach inactive_stays_out(const storage::journal& log);
/// 10: every event of a case is a step of the lifecycle's table, and names who, when and the
/// rule-set.
breach cases_move_along_the_lifecycle(const storage::journal& log);

}  // namespace whorl::sim
