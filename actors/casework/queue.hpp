// Work queues for people (pure): which queue an open case waits in, and in which order. By level,
// then deadline, then age; a case that waits rises, so that nothing starves.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actors/casework/lifecycle.hpp"

namespace whorl::casework {

enum class queue_kind : std::uint8_t {
  examiners,          ///< prints to be confirmed
  operations_centre,  ///< status to be found
  field_office,       ///< of the booking's state
  claims              ///< claims of citizenship, before all else
};
std::string_view to_string(queue_kind kind);
result<queue_kind> parse_queue_kind(std::string_view text);
/// Who works it.
bool works(actors::role role, queue_kind kind);

/// A case waits in each queue that has something to do for it; closed ones in none. While nobody
/// can do anything (a detainer whose person is not released yet) it waits in none.
std::vector<queue_kind> queues_of(const case_view& view);

/// Since when a case waits in this queue for the decision that is due there: what steps in between
/// leave open keeps its place. An interview that is booked and held is still the field office's
/// wait for its first decision, a hearing that of the judge; one who is gone and found again waits
/// since the first time. A claim, a correction and a release that is told begin a wait of their
/// own.
instant waits_since(const case_view& view, queue_kind kind);

/// Before anybody has looked: a booking says no class of its offence, and most rules give no level
/// without one, so that its code alone orders it.
std::uint8_t queue_level(const case_view& view);

/// The operations centre's answer was due, and no status is found.
bool is_answer_overdue(const case_view& view, instant now);

/// A case that has waited so long for a decision counts as one level graver, and so on to above 1.
inline constexpr std::int64_t rises_after_ms = 24 * 60 * 60 * 1000;

struct work_item {
  case_id which;
  std::string ori;
  std::uint8_t level = 0;  ///< 0 none: after 3
  instant deadline;        ///< answer due, or the end of the detainer's clock; 0 none
  instant waits_since;
  std::string assignee;
};

/// Its deadline is over.
bool is_overdue(const work_item& item, instant now);

/// 1 is first. Level 1 to 3, none is 4; less one for each `rises_after_ms` of waiting, without
/// bound, so that whoever waits longest is first in the end, whatever comes.
std::int64_t effective_level(const work_item& item, instant now);

/// Strict order of work at `now`: effective level, deadline (none is last), age, id.
bool goes_before(const work_item& a, const work_item& b, instant now);

}  // namespace whorl::casework
