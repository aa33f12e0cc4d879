// An examiner's decision of a booking that waits: the facts are those that a search would have
// written, under the same ids, so that what was cut short is finished by deciding again the same.
// Where more than one examiner is asked for (actors/casework/reviews.hpp), a finding that decides
// nothing yet is a row of the audit, under an id of its own: the journal takes each once.
// Used by the command line and the gateway; blocks on the disk.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actors/casework/reviews.hpp"
#include "actors/local_node.hpp"
#include "actors/policy_core.hpp"
#include "storage/store.hpp"

namespace whorl::apps {

struct wanted_review {
  gallery_kind gallery = gallery_kind::criminal;
  bool same = false;                  ///< the prints are the candidate's; else nobody's of them
  std::optional<subject_id> subject;  ///< which candidate; none: the best
  std::string reason;                 ///< what the examiner saw
};

struct review_outcome {
  bool decided = true;  ///< else so many have agreed, and another examiner is needed
  std::int64_t agreed = 1, needed = 1;
  booking_answered answer{};  ///< as it stands when it is decided
};

/// What examiners have found of a review that is not decided yet, in order. Errors: of the journal;
/// corrupt.
result<std::vector<casework::review_finding>> findings_of(const storage::store& store,
                                                          booking_id booking, gallery_kind gallery);

/// Decides it, or puts the finding on record where the rules ask for another examiner; an audit row
/// goes with either. Errors: forbidden (role), not_found (booking,
/// or no such candidate), conflict (it does not wait, or somebody was faster), invalid_input (no
/// reason, a subject of nobody's prints), limit_exceeded, those of the stores.
result<review_outcome> decide_review(storage::store& store, actors::local_node& node,
                                     const casework::review_rules& rules,
                                     const actors::principal& who, booking_id booking,
                                     const wanted_review& what, instant now);

}  // namespace whorl::apps
