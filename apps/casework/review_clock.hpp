// Reviews that examiners disagree on (actors/casework/reviews.hpp): which there are, and which of
// them have waited for longer than whorl.toml says. Beside review_desk.hpp, which decides them.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "actors/casework/reviews.hpp"
#include "actors/local_node.hpp"
#include "apps/casework/case_metrics.hpp"
#include "storage/store.hpp"

namespace whorl::apps {

/// Since when examiners disagree on this review. Where one examiner decides nobody does, and the
/// journal is not asked. Errors: those of findings_of().
result<std::optional<instant>> disagreement(const storage::store& store,
                                            const casework::review_rules& rules, booking_id booking,
                                            gallery_kind gallery);

class review_clock {
 public:
  /// All must outlive it.
  review_clock(storage::store& store, actors::local_node& node, const casework::review_rules& rules)
      : store_(store), node_(node), rules_(rules) {}

  /// Puts on record, once for each review and for ever, that examiners have disagreed on it for too
  /// long. Not from two threads. Errors: of the journal and of the bookings.
  result<dispute_counts> look(instant now);
  /// As of the last look. From any thread.
  dispute_counts counts() const;

 private:
  status say(booking_id booking, gallery_kind gallery, instant since, instant now,
             dispute_counts& out);

  storage::store& store_;
  actors::local_node& node_;
  const casework::review_rules rules_;
  std::set<std::string> said_;  ///< what the journal need not be asked again
  mutable std::mutex mutex_;
  dispute_counts counts_;
};

}  // namespace whorl::apps
