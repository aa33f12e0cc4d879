// An examiner's decision of a booking that waits: the facts are those that a search would have
// written, under the same ids, so that what was cut short is finished by deciding again the same.
// Used by the command line and the gateway; blocks on the disk.
#pragma once

#include <optional>
#include <string>

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

/// Decides it; an audit row goes with the decision. The answer as it stands then. Errors: forbidden
/// (role), not_found (booking, or no such candidate), conflict (it does not wait, or somebody was
/// faster), invalid_input (no reason, a subject of nobody's prints), limit_exceeded, those of the
/// stores.
result<booking_answered> decide_review(storage::store& store, actors::local_node& node,
                                       const actors::principal& who, booking_id booking,
                                       const wanted_review& what, instant now);

}  // namespace whorl::apps
