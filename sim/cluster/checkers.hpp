// The promises a run is held to, one checker each (DESIGN section 5). A checker returns the first
// breach in words, or nothing. They read the journal, which is the truth, and what clients were
// told.
#pragma once

#include <optional>
#include <string>

#include "sim/cluster/checkers/journal_checkers.hpp"
#include "sim/cluster/world.hpp"

namespace whorl::sim {

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
inline breach check_inactive_stays_out(const run_outcome& run) {
  return inactive_stays_out(*run.journal);
}
/// 6 (its part here): nobody is given up before the booking's deadline.
breach check_bookings_end_by_their_deadline(const run_outcome& run);
/// 3: an answer's candidates have the scores and order that the exchange's own partitions give.
breach check_scores_are_equal(const run_outcome& run);
/// 5: whatever leaves the exchange about a booking has its audit row, and only agencies in mode
/// full hear of the immigration gallery.
inline breach check_disclosures_are_on_record(const run_outcome& run) {
  return disclosures_are_on_record(*run.journal, run.at_rest);
}
/// 7: replicas have the content of the exchange's partitions.
breach check_replicas_agree(const run_outcome& run);
/// 7: the exchange's projections are what the journal makes of them, replayed from zero.
breach check_projections_follow_the_journal(const run_outcome& run);
/// 8: who was deleted before a search's tail is not in its answer.
breach check_deleted_stay_out(const run_outcome& run);
/// 9: each final answer has its message, once, and only after the answer is a fact.
breach check_answers_are_sent_once(const run_outcome& run);
/// 10 (its part here): every event of a case is a step of the lifecycle's table, and names who,
/// when and the rule-set.
inline breach check_cases_move_along_the_lifecycle(const run_outcome& run) {
  return cases_move_along_the_lifecycle(*run.journal);
}
/// 11: no gauge has passed its limit.
breach check_nothing_passes_its_limit(const run_outcome& run);
/// 12: after healing everything comes to rest, and every replica to the tail.
breach check_comes_to_rest(const run_outcome& run);

struct found_breach {
  int promise = 0;
  std::string what;
};
/// Of all checkers, safety first: what is not at rest may still lack answers.
std::optional<found_breach> first_breach(const run_outcome& run);

}  // namespace whorl::sim
