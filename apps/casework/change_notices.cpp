#include "apps/casework/change_notices.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "apps/casework/case_batch.hpp"
#include "messages/wire.hpp"

namespace whorl::apps {
namespace {

using casework::case_view;

/// Steps that somebody else takes meanwhile have the numbers of ours: then ours are made again.
constexpr int attempts_max = 8;

/// A case rests on the immigration subject that was found, and on the criminal one of its booking.
result<bool> rests_on(storage::store& store, const standing_case& one,
                      const gallery_change& change) {
  subject_id subject = one.view.opened.subject;
  if (change.gallery == gallery_kind::criminal) {
    WHORL_ASSIGN(const auto booking, store.bookings->get(one.accepted.booking));
    subject = booking.criminal ? booking.criminal->subject : subject_id{};
  }
  return std::find(change.subjects.begin(), change.subjects.end(), subject) !=
         change.subjects.end();
}

result<std::vector<storage::append_request>> notices_of(storage::store& store,
                                                        actors::local_node& node,
                                                        const casework::case_settings& settings,
                                                        const std::vector<gallery_change>& changes,
                                                        const std::string& why, instant now) {
  WHORL_ASSIGN(const auto all, open_cases(store));
  std::vector<storage::append_request> out;
  for (const standing_case& one : all) {
    const gallery_change* cause = nullptr;
    for (const gallery_change& change : changes) {
      WHORL_ASSIGN(const bool rests, rests_on(store, one, change));
      if (rests) cause = &change;
    }
    if (cause == nullptr) continue;
    const case_event step = event_of(
        one, {case_step::record_changed, why, std::string(to_string(cause->gallery)), {}, {}},
        std::string(itself), now, settings);
    case_view after = one.view;
    casework::apply(after, step);
    out.push_back({stream_id::cases, step_id(step.which, after.steps), std::nullopt,
                   wire::encode(fact(step))});
    WHORL_ASSIGN(auto notices, sealed_notices(store, node, settings, one, after, step));
    for (auto& each : notices) out.push_back(std::move(each));
  }
  return out;
}

status catch_up(storage::store& store) {
  WHORL_ASSIGN(const auto tail, store.log->tail(stream_id::cases));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (store.cases->applied().seq < tail.seq) {
    if (std::chrono::steady_clock::now() > deadline)
      return make_error(errc::unavailable, "the change is durable, but cases could not be told");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return {};
}

}  // namespace

result<std::vector<storage::append_outcome>> append_change(
    storage::store& store, actors::local_node& node, const casework::case_settings& settings,
    std::vector<storage::append_request> facts, const std::vector<gallery_change>& changes,
    const std::string& why, instant now) {
  std::vector<storage::append_outcome> out;
  std::size_t own = facts.size();
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    WHORL_ASSIGN(auto notices, notices_of(store, node, settings, changes, why, now));
    std::vector<bool> is_step(facts.size(), false);
    for (auto& each : notices) {
      is_step.push_back(each.stream == stream_id::cases);
      facts.push_back(std::move(each));
    }
    if (facts.empty()) return out;
    const auto outcomes = node.append(std::move(facts));
    bool lost = false;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (!outcomes[i]) return outcomes[i].error();
      if (i < own) out.push_back(*outcomes[i]);
      lost = lost || (is_step[i] && outcomes[i]->kind == storage::append_kind::duplicate);
    }
    if (!lost) return out;
    facts.clear();
    own = 0;
    WHORL_TRY(catch_up(store));
  }
  return make_error(errc::conflict,
                    "the change is durable, but a case that rests on it could not "
                    "be told: look at `whorl cases`");
}

}  // namespace whorl::apps
