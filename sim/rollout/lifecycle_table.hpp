// The production lifecycle (casework::transitions), compiled once: for each step that the model
// takes and each state, whether it is in the table, where it leads and which guards it has.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "actors/casework/lifecycle.hpp"

namespace whorl::rollout {

/// The steps of the model; some stand for a step of the table with one of its codes.
enum class move : std::uint8_t {
  opened,
  iaq_queued,
  prints_confirmed,
  status_citizen,
  status_lawful,
  status_if_convicted,
  status_not_lawful,
  status_prior_removal,
  status_final_order,
  status_insufficient,
  interview_booked,
  interviewed,
  no_action,
  detainer_issued,
  conditional_issued,
  detainer_activated,
  release_notified,
  declined,
  no_notice,
  expired,
  released,
  taken,
  charging_document,
  hearing_booked,
  hearing_held,
  relief,
  removal_ordered,
  seat_booked,
  removed,
  left_voluntarily,
  offence_recorded,
  citizenship_claimed,
  claim_right,
  flagged_protected,
  fact_final_order,
  notice_served
};
inline constexpr std::size_t move_count = static_cast<std::size_t>(move::notice_served) + 1;

struct move_info {
  case_step step = case_step::opened;
  std::string_view code;  ///< empty: none, or one that is made up with the event
};
move_info info_of(move m);

class lifecycle_table {
 public:
  struct entry {
    bool allowed = false;
    casework::case_state to = casework::case_state::none;
    std::uint64_t guards = 0;  ///< bit of each casework::guard
    const casework::transition* row = nullptr;
  };
  lifecycle_table();
  const entry& at(move m, casework::case_state from) const {
    return entries_[static_cast<std::size_t>(m)][static_cast<std::size_t>(from)];
  }

 private:
  static constexpr std::size_t state_count =
      static_cast<std::size_t>(casework::case_state::appealed) + 1;
  std::array<std::array<entry, state_count>, move_count> entries_{};
};

static_assert(static_cast<unsigned>(casework::guard::counsel_was_told) < 64);
constexpr std::uint64_t bit(casework::guard g) { return 1ull << static_cast<unsigned>(g); }

}  // namespace whorl::rollout
