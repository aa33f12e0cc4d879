// A matched booking while something can still happen to it, and what will happen.
#pragma once

#include <cstdint>

#include "actors/casework/lifecycle.hpp"
#include "sim/rollout/rule_table.hpp"

namespace whorl::rollout {

/// What makes a booking the same in every scenario of a seed.
struct booking {
  std::uint64_t key = 0;
  std::int64_t at_ms = 0;
  std::uint32_t place = 0;  ///< county
  bool came_back = false;   ///< removed before, as the simulation has it
  bool known = false;       ///< matched before: so again, with the same status
  std::uint8_t truth = 0;   ///< of whoever is known: found_status
};

struct sim_case {
  std::uint64_t key = 0;
  std::uint32_t serial = 0;  ///< of the slot's use: events of earlier cases find it changed
  std::uint32_t place = 0;
  casework::case_state state = casework::case_state::none;
  std::uint8_t level = 0;
  std::uint8_t hearings = 0;
  std::uint8_t lines = 0;  ///< lines that it stands in
  casework::detainer_rule rules = casework::detainer_rule::none;
  rule_facts facts;
  found_status truth = found_status::not_lawful;  ///< what the status really is
  bool will_convict = false, bailed = false;
  bool prints_confirmed = false, is_protected = false, claim_open = false, must_interview = false;
  bool final_order_recorded = false, notice_given = false, hearing_was_held = false,
       seat_held = false, bed_held = false;
  bool waits_for_bed = false;     ///< stands in that line already
  std::int64_t pickup_ms = 0;     ///< when the officers come: other pick-up events are void
  bool gone = false;              ///< released while no step could say so yet
  bool wants_detainer = false;    ///< the officer has decided, the prints are not confirmed
  bool with_officer = false;      ///< in the officers' line, or before one
  bool acts = false;              ///< the officer has decided to act
  bool without_detainer = false;  ///< if the officer acts: an arrest at release
  bool arresting = false;         ///< at large, and somebody is on the way or waits for a bed
  std::int64_t booked_ms = 0;
  std::int64_t arrested_ms = 0;  ///< federal custody began; 0: it has not
  std::int64_t status_ms = 0;    ///< when the status was found
  std::int64_t answer_due_ms = 0;
  std::int64_t clock_end_ms = 0;  ///< of a detainer; 0: no clock runs
  bool left = false;              ///< over, or out of the model: the slot waits to be used again
  std::int32_t trace = -1;
};

enum class event_kind : std::uint8_t {
  new_day,
  shift,
  month_end,
  gate,       // of the nation
  slot_free,  // `slot` is a resource
  searched,
  examined,
  answered,
  decided,
  interviewed,
  disposed,
  release,
  claim,
  claim_decided,
  clock_end,
  pickup,
  hearing,
  travel,
  leave,
  locate,
  back
};

struct sim_event {
  std::uint32_t slot = 0;
  std::uint32_t serial = 0;
  event_kind kind = event_kind::new_day;
};

}  // namespace whorl::rollout
