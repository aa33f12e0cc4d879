#include "apps/casework/change_notices.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "apps/casework/await_applied.hpp"
#include "apps/casework/case_batch.hpp"
#include "messages/wire.hpp"

namespace whorl::apps {
namespace {

using casework::case_view;

/// Steps that somebody else takes meanwhile have the numbers of ours: then ours are made again.
constexpr int attempts_max = 8;
/// Of await_applied.
constexpr const char* cases_behind = "the change is durable, but cases could not be told";

/// Every partition knows every merge of its gallery.
result<subject_id> identity_in(storage::store& store, gallery_kind gallery, subject_id subject) {
  WHORL_ASSIGN(const auto view, store.gallery(gallery).front()->view());
  return view->identity_of(subject);
}

/// Also the identities that the changed records answer as before the change: what happens to one
/// record happens to the person.
status add_identities(storage::store& store, gallery_change& change) {
  const std::size_t own = change.subjects.size();
  for (std::size_t i = 0; i < own; ++i) {
    WHORL_ASSIGN(const subject_id identity, identity_in(store, change.gallery, change.subjects[i]));
    change.subjects.push_back(identity);
  }
  return {};
}

/// A case rests on the immigration subject that was found, and on the criminal one of its booking;
/// by its record or by the person whom the record is of.
result<bool> rests_on(storage::store& store, const standing_case& one,
                      const gallery_change& change) {
  subject_id subject = one.view.opened.subject;
  if (change.gallery == gallery_kind::criminal) {
    WHORL_ASSIGN(const auto booking, store.bookings->get(one.accepted.booking));
    subject = booking.criminal ? booking.criminal->subject : subject_id{};
  }
  if (subject == subject_id{}) return false;
  WHORL_ASSIGN(const subject_id identity, identity_in(store, change.gallery, subject));
  return std::any_of(change.subjects.begin(), change.subjects.end(),
                     [&](subject_id each) { return each == subject || each == identity; });
}

/// What is appended for one case: its step, and what follows from it.
struct told_case {
  case_id which;
  std::vector<storage::append_request> what;
};

result<told_case> telling(storage::store& store, actors::local_node& node,
                          const casework::case_settings& settings, const standing_case& one,
                          const gallery_change& cause, const std::string& why, instant now) {
  const case_event step = event_of(
      one, {case_step::record_changed, why, std::string(to_string(cause.gallery)), {}, {}, {}},
      std::string(itself), now, settings);
  case_view after = one.view;
  casework::apply(after, step);
  told_case out{step.which, {}};
  out.what.push_back(
      {stream_id::cases, step_id(step.which, after.steps), std::nullopt, wire::encode(fact(step))});
  WHORL_ASSIGN(auto notices, sealed_notices(store, node, settings, one, after, step));
  std::move(notices.begin(), notices.end(), std::back_inserter(out.what));
  return out;
}

result<const gallery_change*> cause_of(storage::store& store, const standing_case& one,
                                       const std::vector<gallery_change>& changes) {
  for (const gallery_change& change : changes) {
    WHORL_ASSIGN(const bool rests, rests_on(store, one, change));
    if (rests) return &change;
  }
  return nullptr;
}

/// The cases that must hear of the changes, but those that have.
result<std::vector<told_case>> to_tell(storage::store& store, actors::local_node& node,
                                       const casework::case_settings& settings,
                                       const std::vector<gallery_change>& changes,
                                       const std::string& why, instant now,
                                       const std::set<case_id>& done) {
  WHORL_ASSIGN(const auto all, all_cases(store));
  std::vector<told_case> out;
  for (const standing_case& one : all) {
    // Of a case that is over whoever was told of it must hear it still.
    const bool matters =
        casework::is_open(one.view) || one.agency_was_told || one.agency_has_detainer;
    if (!matters || done.contains(one.row.which)) continue;
    WHORL_ASSIGN(const gallery_change* cause, cause_of(store, one, changes));
    if (cause == nullptr) continue;
    WHORL_ASSIGN(auto next, telling(store, node, settings, one, *cause, why, now));
    out.push_back(std::move(next));
  }
  return out;
}

}  // namespace

result<std::vector<storage::append_outcome>> append_change(
    storage::store& store, actors::local_node& node, const casework::case_settings& settings,
    std::vector<storage::append_request> facts, std::vector<gallery_change> changes,
    const std::string& why, instant now) {
  const std::scoped_lock lock(store.case_steps);
  for (gallery_change& change : changes) WHORL_TRY(add_identities(store, change));
  std::vector<storage::append_outcome> out;
  std::set<case_id> done;
  std::size_t own = facts.size();
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    WHORL_TRY(await_applied(*store.log, *store.cases, apply_patience, cases_behind));
    WHORL_ASSIGN(auto told, to_tell(store, node, settings, changes, why, now, done));
    std::map<std::size_t, case_id> steps;  // by their place in the batch
    for (told_case& each : told) {
      steps.emplace(facts.size(), each.which);
      std::move(each.what.begin(), each.what.end(), std::back_inserter(facts));
    }
    if (facts.empty()) return out;
    const auto outcomes = node.append(std::move(facts));
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (!outcomes[i]) return outcomes[i].error();
      if (i < own) out.push_back(*outcomes[i]);
    }
    for (const auto& [place, which] : steps)
      if (outcomes[place]->kind == storage::append_kind::appended) done.insert(which);
    if (std::ranges::all_of(steps, [&](const auto& s) { return done.contains(s.second); })) {
      // The next step is judged on what is so now.
      WHORL_TRY(await_applied(*store.log, *store.cases, apply_patience, cases_behind));
      return out;
    }
    facts.clear();
    own = 0;
  }
  return make_error(errc::conflict,
                    "the change is durable, but a case that rests on it could not "
                    "be told: look at `whorl cases`");
}

}  // namespace whorl::apps
