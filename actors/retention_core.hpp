// When the personal data of a booking must go (pure): which keys are to be destroyed, and why.
//
//   at once        the probe's key of a gallery that answered no hit, or failed to answer: a person
//                  without a match leaves no prints behind (the no-match purge)
//   by the clock   every key of the booking, so many days after its last answer, when all is said:
//                  the booking is closed, its messages are delivered, it has no open case
//
// An agency that is told nothing of immigration could read off what is kept that there is a case
// (promise 5). So what its side may still see goes by a clock of its own, which only the criminal
// answer moves, and in mode `limited` nothing goes before that clock.
//
// Records of enrolled people live under keys of their own and go when the record is deleted.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "storage/booking_store.hpp"

namespace whorl::actors {

struct retention_rules {
  std::int64_t days = 30;  ///< after the last answer; negative: the clock stands still
  /// Mode limited: not before so many days, however few `days` are; negative: not by the clock.
  std::int64_t limited_days_least = 0;
};

struct booking_remains {
  storage::booking_row row;
  bool has_undelivered = false;  ///< messages that must still go out: their text is under its keys
  bool has_open_case = false;
};

enum class purge_reason : std::uint8_t { none, no_match, retention };
std::string_view to_string(purge_reason reason);

struct purge_plan {
  purge_reason reason = purge_reason::none;
  std::vector<key_id> keys;  ///< those that were destroyed before may be among them
};

purge_plan due_for_purge(const booking_remains& what, instant now, const retention_rules& rules);

/// What the clock of `whorl serve` knows of its own runs.
struct purge_clock {
  std::optional<instant> last_run;   ///< began then, on record
  std::optional<instant> failed_at;  ///< of a run since that could not be done at all
  std::int64_t every_hours = 24;     ///< 0: off
};
/// An hour after a failure it is tried again. A last run that lies further ahead than the clock
/// goes round was of a clock that was wrong, and counts for nothing.
bool purge_is_due(const purge_clock& of, instant now);

/// Whether a booking's personal data are still shown to its agency and state: until `days` after
/// the criminal answer, whatever else keeps them (negative: for ever).
bool is_shown_to_booking_side(const storage::booking_row& row, instant now, std::int64_t days);

/// Whether the clock may be over for a booking that was answered then: due_for_purge() says whether
/// it is. Never while the clock stands still.
bool is_past_retention(instant answered_at, instant now, const retention_rules& rules);

/// Every key of a booking.
std::vector<key_id> keys_of(const storage::booking_row& row);

/// Is the probe's key of a gallery of no more use after its answer? A hit and a review keep it.
bool spends_probe(answer_decision decision);

}  // namespace whorl::actors
