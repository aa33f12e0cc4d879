// Bugs on purpose, to prove that the simulator finds such: each is a promise broken in one line. In
// every build but the one of the `planted` preset, planted() is the constant false, and the
// compiler removes what hangs on it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace whorl {

enum class planted_bug : std::uint8_t {
  none,
  acknowledged_before_durable,
  tampered_copy_is_the_original,
  inactive_prints_are_taken,
  flight_has_no_limit,
  deadline_is_the_acceptance,
  clock_set_back_holds_up,
  open_bookings_are_not_taken_up,
  twins_enrol_twice,
  enrolment_is_not_recorded,
  behind_is_good_enough,
  missing_partitions_are_forgotten,
  answer_has_a_new_id_each_time,
  second_round_may_lack_candidates,
  told_again_at_each_start,
  iaq_without_its_case,
  delivery_is_not_noted,
  deletion_is_not_applied,
  record_goes_without_prints,
  part_of_a_copy_is_accepted,
  failed_copy_is_not_begun_again,
  lost_facts_are_not_asked_again,
  lost_exchange_is_not_looked_for,
  replica_stays_when_moved,
  older_map_is_taken,
  case_step_without_rules,
  late_acceptance_is_not_searched,
  idr_goes_out_as_withheld,
  audit_rows_of_a_batch_are_lost,
  batch_counts_by_its_last_fact,
  damage_is_not_looked_for,
  other_version_is_welcome,
};
inline constexpr std::size_t planted_bugs = 32;  ///< with `none`

#ifdef WHORL_PLANTED
/// The one that is in now.
planted_bug& planted_now();
inline bool planted(planted_bug bug) { return planted_now() == bug; }
#else
constexpr bool planted(planted_bug) { return false; }
#endif

}  // namespace whorl
