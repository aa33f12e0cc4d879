#include "sim/cluster/checkers.hpp"

namespace whorl::sim {

std::optional<found_breach> first_breach(const run_outcome& run) {
  struct row {
    int promise;
    breach (*check)(const run_outcome&);
  };
  constexpr row all[] = {{1, check_every_booking_answered_once},
                         {2, check_no_hit_over_full_coverage},
                         {3, check_answers_are_right},
                         {3, check_scores_are_equal},
                         {4, check_one_booking_one_record},
                         {5, check_inactive_stays_out},
                         {5, check_disclosures_are_on_record},
                         {6, check_bookings_end_by_their_deadline},
                         {8, check_deleted_stay_out},
                         {10, check_cases_move_along_the_lifecycle},
                         {11, check_nothing_passes_its_limit},
                         {12, check_comes_to_rest},
                         {9, check_answers_are_sent_once},
                         {7, check_replicas_agree},
                         {7, check_projections_follow_the_journal}};
  for (const row& each : all)
    if (breach what = each.check(run)) return found_breach{each.promise, *std::move(what)};
  return std::nullopt;
}

}  // namespace whorl::sim
