#include "apps/casework/review_clock.hpp"

#include "actors/query_core.hpp"
#include "apps/casework/case_batch.hpp"
#include "apps/casework/review_desk.hpp"
#include "messages/wire.hpp"

namespace whorl::apps {
namespace {

constexpr std::int64_t hour_ms = std::int64_t{60} * 60 * 1000;

bool waits(const std::optional<booking_answered>& answer) {
  return answer && answer->decision == answer_decision::review;
}

}  // namespace

result<std::optional<instant>> disagreement(const storage::store& store,
                                            const casework::review_rules& rules, booking_id booking,
                                            gallery_kind gallery) {
  if (rules.needed(gallery) < 2) return std::optional<instant>();
  WHORL_ASSIGN(const auto findings, findings_of(store, booking, gallery));
  return casework::disagree_since(findings);
}

status review_clock::say(booking_id booking, gallery_kind gallery, instant since, instant now,
                         dispute_counts& out) {
  const std::string id =
      "review/" + actors::answer_message_id(booking, gallery, true) + "/disagreement-overdue";
  if (said_.contains(id)) return {};
  WHORL_ASSIGN(const auto before, store_.log->find(stream_id::audit, id));
  if (!before) {
    const audit_row row{now,
                        std::string(itself),
                        "clock",
                        "review overdue",
                        to_string(booking),
                        std::string(to_string(gallery)),
                        "examiners disagree since " + to_string(since) + ": another one must look"};
    const auto outcomes =
        node_.append({{stream_id::audit, id, std::nullopt, wire::encode(fact(row))}});
    if (!outcomes.front()) return outcomes.front().error();
    out.said += outcomes.front()->kind == storage::append_kind::appended;
  }
  said_.insert(id);
  return {};
}

result<dispute_counts> review_clock::look(instant now) {
  dispute_counts out;
  if (rules_.criminal_examiners > 1 || rules_.immigration_examiners > 1) {
    WHORL_ASSIGN(const auto open, store_.bookings->open_bookings());
    for (const booking_id booking : open) {
      WHORL_ASSIGN(const auto row, store_.bookings->get(booking));
      for (const auto* answer : {&row.criminal, &row.immigration}) {
        if (!waits(*answer)) continue;
        const gallery_kind gallery = (*answer)->gallery;
        WHORL_ASSIGN(const auto since, disagreement(store_, rules_, booking, gallery));
        if (!since) continue;
        ++out.all;
        if (now.ms < since->ms + rules_.disagreement_hours * hour_ms) continue;
        ++out.overdue;
        WHORL_TRY(say(booking, gallery, *since, now, out));
      }
    }
  }
  const std::scoped_lock lock(mutex_);
  counts_ = out;
  return out;
}

dispute_counts review_clock::counts() const {
  const std::scoped_lock lock(mutex_);
  return counts_;
}

}  // namespace whorl::apps
