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

/// A case that has waited so long in its state counts as one level graver, and so on to above 1.
inline constexpr std::int64_t rises_after_ms = 24 * 60 * 60 * 1000;

struct work_item {
  case_id which;
  std::string ori;
  std::uint8_t level = 0;  ///< 0 none: after 3
  instant deadline;        ///< answer due, or the end of the detainer's clock; 0 none
  instant waits_since;
  std::string assignee;
};

/// 1 is first. Level 1 to 3, none is 4; less one for each `rises_after_ms` of waiting, without
/// bound, so that whoever waits longest is first in the end, whatever comes.
std::int64_t effective_level(const work_item& item, instant now);

/// Strict order of work at `now`: effective level, deadline (none is last), age, id.
bool goes_before(const work_item& a, const work_item& b, instant now);

}  // namespace whorl::casework
