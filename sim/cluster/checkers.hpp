// The promises a run is held to, one checker each (DESIGN section 5). A checker returns the first
// breach in words, or nothing. They read the journal, which is the truth, and what clients were
// told.
#pragma once

#include <optional>
#include <string>

#include "sim/cluster/world.hpp"

namespace whorl::sim {

using breach = std::optional<std::string>;

/// 1: an acknowledged booking ends in exactly one criminal answer and at most one immigration
/// answer.
breach check_every_booking_answered_once(const run_outcome& run);
/// 2: "no hit" only over every partition at the search's tail.
breach check_no_hit_over_full_coverage(const run_outcome& run);
/// 3 (its part on one node): who is in a gallery is found; who is not is not; twins are one person.
breach check_answers_are_right(const run_outcome& run);
/// 4: one message id, one booking, one record; tampered repeats change nothing.
breach check_one_booking_one_record(const run_outcome& run);
/// 5 (its part here): an inactive jurisdiction's prints never meet the immigration gallery.
breach check_inactive_stays_out(const run_outcome& run);
/// 9: each final answer has its message, once, and only after the answer is a fact.
breach check_answers_are_sent_once(const run_outcome& run);

/// 10 (its part here): every event of a case is a step of the lifecycle's table, and names who,
/// when and the rule-set.
breach check_cases_move_along_the_lifecycle(const run_outcome& run);

/// All of them, in order; the breach is prefixed by the promise's number.
breach check_all(const run_outcome& run);

}  // namespace whorl::sim
