#include "actors/casework/lifecycle.hpp"

#include <algorithm>
#include <array>

#include "actors/casework/safeguards.hpp"
#include "messages/limits.hpp"

namespace whorl::casework {
namespace {

template <class Value>
bool holds(const std::vector<Value>& all, const Value& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

/// The row for this event, whatever the roles and guards say; null when there is none.
const transition* row_for(const case_view& view, const case_event& event) {
  for (const transition& row : transitions())
    if (row.step == event.step && holds(row.from, view.state) &&
        (row.codes.empty() || holds(row.codes, std::string_view(event.code))))
      return &row;
  return nullptr;
}

/// An offence of the same code and count takes the place of the earlier one, so that a disposition
/// is recorded for a charge and does not stand beside it, and nothing counts twice. What it does
/// not say stays as it was.
void record(std::vector<offence>& all, const offence& fresh) {
  for (offence& one : all) {
    if (one.code != fresh.code || one.count != fresh.count) continue;
    if (fresh.kind != offence_class::unknown) one.kind = fresh.kind;
    if (fresh.disposition != offence_disposition::unknown) one.disposition = fresh.disposition;
    if (fresh.sentence_days >= 0) one.sentence_days = fresh.sentence_days;
    return;
  }
  all.push_back(fresh);
}

/// Of the order of removal, what the Board says of it, and who speaks for the person. `view` is as
/// it was before the step: an order from custody is an earlier one, reinstated.
void apply_order(case_view& view, const case_event& e) {
  switch (e.step) {
    case case_step::removal_ordered:
      view.ordered_at = e.at;
      view.order_reinstated = view.state == case_state::custody;
      view.order_reviewed = false;
      view.counsel_told = false;
      break;
    case case_step::appeal_decided:
      view.order_reviewed = true;
      view.counsel_told = false;
      if (e.code == "remanded") view.hearing_held = false;
      break;
    case case_step::counsel_recorded:
      view.counsel = e.code;
      view.counsel_told = false;
      break;
    case case_step::counsel_withdrawn:
      view.counsel.clear();
      break;
    case case_step::counsel_notified:
      view.counsel_told = true;
      break;
    default:
      break;
  }
}

void apply_record(case_view& view, const case_event& e) {
  switch (e.step) {
    case case_step::prints_confirmed:
      view.prints_confirmed = true;
      break;
    case case_step::status_found:
      view.status = e.code;
      view.status_record_at = e.about_at;
      view.status_at = e.at;
      view.must_interview = e.code == "insufficient";
      view.record_changed = false;
      break;
    case case_step::interviewed:
      view.interviewed_at = e.at;
      view.must_interview = false;
      break;
    case case_step::fact_recorded:
      view.known.facts.insert(e.code);
      if (e.code == "final_order") view.final_order_by = e.by;
      break;
    case case_step::fact_withdrawn:
      view.known.facts.erase(e.code);
      break;
    case case_step::offence_withdrawn:
      std::erase_if(view.known.offences, [&](const offence& o) { return offence_id(o) == e.code; });
      break;
    case case_step::citizenship_claimed:
      view.claim_open = true;
      view.claim_by = e.by;
      view.claimed_at = e.at;
      break;
    case case_step::claim_decided:
      view.claim_open = false;
      view.claim_decided_by = e.by;
      break;
    case case_step::flagged:
    case case_step::flag_lifted:
      (e.code == "protected" ? view.protected_person : view.victim_witness) =
          e.step == case_step::flagged;
      // Whoever worked on it may not be one of those who see it from now on.
      if (e.step == case_step::flagged) view.assignee.clear();
      break;
    case case_step::record_changed:
      if (!view.record_changed) view.record_changed_at = e.at;
      view.record_changed = true;
      break;
    case case_step::hearing_held:
      view.hearing_held = true;
      break;
    default:
      apply_order(view, e);
  }
}

/// Facts of earlier versions say no end: it is reckoned when it is asked for.
void tell_release(case_view& view, const case_event& e) {
  std::optional<instant> ends;
  if (e.clock_ends.ms != 0) ends = e.clock_ends;
  if (!view.release_at) view.release_told_at = e.at;
  const bool earlier = view.release_at && e.about_at < *view.release_at;
  // A moment that has come stands: a later one must not hold anybody for longer.
  if (view.release_at && e.at >= *view.release_at && !earlier) return;
  // Nor must an earlier one, by another time zone than before.
  if (earlier && ends && view.clock_ends) ends = std::min(*ends, *view.clock_ends);
  view.release_at = e.about_at;
  view.clock_ends = ends;
}

void apply_work(case_view& view, const case_event& e) {
  switch (e.step) {
    case case_step::detainer_issued:
    case case_step::conditional_detainer_issued:
    case case_step::detainer_activated:
      view.detainer_by.insert(e.by);
      break;
    case case_step::notice_served:
      view.notice_language = e.code;
      ++view.remarks[e.by];
      break;
    case case_step::note:
      ++view.remarks[e.by];
      break;
    case case_step::release_notified:
      tell_release(view, e);
      ++view.remarks[e.by];
      break;
    case case_step::detainer_lifted:
    case case_step::released:
      view.gone_by = e.by;
      break;
    case case_step::detainer_expired:
      view.gone_by.clear();  // the clock's doing
      break;
    case case_step::located:
      view.located = true;
      [[fallthrough]];
    case case_step::taken_into_custody:
      view.release_at.reset();  // custody of another kind: what was said before is over
      view.clock_ends.reset();
      break;
    case case_step::taken_up:
      view.assignee = e.by;
      break;
    case case_step::put_back:
      view.assignee.clear();
      break;
    case case_step::handed_over:
      view.assignee = e.code;
      break;
    default:
      break;
  }
}

void move(case_view& view, const transition& row, const case_event& e) {
  for (resource_kind given : row.gives)
    std::erase_if(view.holds, [&](const held_resource& h) { return h.kind == given; });
  if (row.takes) {
    std::erase_if(view.holds, [&](const held_resource& h) { return h.kind == *row.takes; });
    view.holds.push_back({*row.takes, e.code, e.about_at});
  }
  if (!row.to || *row.to == view.state) return;
  view.state = *row.to;
  view.changed_at = e.at;
  view.first_in.try_emplace(view.state, e.at);
  if (view.state == case_state::at_large) view.located = false;
  if (view.state != case_state::closed) return;
  view.holds.clear();
  view.assignee.clear();
  view.closing = e.code.empty() ? std::string(to_string(e.step)) : e.code;
}

constexpr auto state_names = std::to_array<std::string_view>(
    {"none", "awaiting_status", "adjudicated", "interview", "conditional_detainer", "detainer",
     "at_large", "custody", "charged", "hearing", "ordered", "closed", "appealed"});
constexpr auto resource_names =
    std::to_array<std::string_view>({"interview slot", "bed", "hearing slot", "transport seat"});
std::string people_of(const transition& row) {
  std::string able;
  for (actors::role r : row.by)
    able += (able.empty() ? "" : " or ") + std::string(actors::to_string(r));
  return able.empty() ? "the exchange itself" : able;
}

/// No role is the exchange itself.
bool is_among(const transition& row, const std::optional<actors::role>& role) {
  return role ? holds(row.by, *role) : row.by.empty();
}

status check_role(case_step step, const std::optional<actors::role>& role) {
  std::string able;
  for (const transition& row : transitions()) {
    if (row.step != step) continue;
    if (is_among(row, role)) return {};
    able = people_of(row);
  }
  return make_error(errc::forbidden, std::string(to_string(step)) + " is taken by " + able);
}

/// Why no row fits: the states the step is taken from, or the codes it takes in this one.
error no_row(const case_view& view, const case_event& e) {
  std::string codes, states;
  for (const transition& row : transitions()) {
    if (row.step != e.step) continue;
    if (holds(row.from, view.state))
      for (std::string_view code : row.codes)
        codes += (codes.empty() ? "'" : ", '") + std::string(code) + "'";
    for (case_state from : row.from)
      if (states.find(to_string(from)) == std::string::npos)
        states += (states.empty() ? "" : ", ") + std::string(to_string(from));
  }
  const std::string step(to_string(e.step));
  if (!codes.empty())
    return make_error(errc::invalid_input,
                      step + ": code '" + e.code.substr(0, 60) + "' is none of " + codes);
  return make_error(errc::conflict, step + " is not possible: the case is " +
                                        std::string(to_string(view.state)) +
                                        ", the step is taken from " + states);
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// Remarks of one person, and steps in all: but never those that end a case, hold it or free
/// somebody.
status check_count(const transition& row, const case_view& view, const case_event& e) {
  const std::string step(to_string(e.step));
  if (is_remark(e.step)) {
    const auto own = view.remarks.find(e.by);
    if (own != view.remarks.end() && own->second >= limits::case_remarks_max)
      return make_error(errc::limit_exceeded, step + ": " + e.by + " has left " +
                                                  std::to_string(limits::case_remarks_max) +
                                                  " remarks on this case, which is the most");
    return {};
  }
  const bool always = row.by.empty() || row.to == case_state::closed || row.protects;
  std::size_t remarks = 0;
  for (const auto& [by, count] : view.remarks) remarks += count;
  if (always || view.steps - remarks < limits::case_steps_max) return {};
  return make_error(errc::limit_exceeded, step + ": a case has at most " +
                                              std::to_string(limits::case_steps_max) +
                                              " steps; what ends it is taken still");
}

status check_beside(const transition& row, const case_event& e) {
  const std::string step(to_string(e.step));
  auto missing = [&](const char* what) {
    return make_error(errc::invalid_input,
                      step + " needs " + what + " (" + std::string(row.means) + ")");
  };
  if (row.reason && is_blank(e.reason)) return missing("a reason");
  if (row.code == need::required && is_blank(e.code)) return missing("a code");
  if (row.code == need::none && !e.code.empty())
    return make_error(errc::invalid_input, step + " takes no code");
  if (row.moment == need::required && e.about_at.ms == 0) return missing("a moment");
  if (row.moment == need::none && e.about_at.ms != 0)
    return make_error(errc::invalid_input, step + " takes no moment");
  if (row.with_charge != e.charge.has_value() && e.step != case_step::opened)
    return row.with_charge ? missing("an offence")
                           : make_error(errc::invalid_input, step + " takes no offence");
  return {};
}

}  // namespace

std::string_view to_string(case_state state) {
  return state_names[static_cast<std::size_t>(state)];
}
std::string_view to_string(resource_kind kind) {
  return resource_names[static_cast<std::size_t>(kind)];
}

std::string offence_id(const offence& what) {
  return what.count.empty() ? what.code : what.code + "#" + what.count;
}

bool is_convicted(const case_view& view) {
  return std::any_of(view.known.offences.begin(), view.known.offences.end(), [](const offence& o) {
    return o.disposition == offence_disposition::convicted;
  });
}

bool is_protected(const case_view& view) { return view.victim_witness || view.protected_person; }

bool is_suspended(const case_view& view) {
  return view.claim_open || view.record_changed || is_protected(view);
}

bool is_remark(case_step step) {
  return step == case_step::note || step == case_step::notice_served ||
         step == case_step::release_notified;
}

bool is_open(const case_view& view) {
  return view.state != case_state::closed && view.state != case_state::none;
}

evidence evidence_of(const case_view& view) {
  evidence out = view.known;
  if (view.status.empty() || view.status == "insufficient" || view.status == "citizen" ||
      view.status == "lawful")
    return out;
  if (view.status != removable_if_convicted || is_convicted(view)) out.facts.emplace("removable");
  if (view.status == "prior-removal") out.facts.emplace("prior_removal");
  if (view.status == "final-order") out.facts.emplace("final_order");
  return out;
}

void apply(case_view& view, const case_event& e) {
  const transition* row = row_for(view, e);
  if (row == nullptr) return;
  if (e.step == case_step::opened) view.opened = e;
  ++view.steps;
  view.level = e.level;
  view.rule_set = e.rule_set;
  view.last_at = e.at;
  if (e.charge) record(view.known.offences, *e.charge);
  apply_record(view, e);
  apply_work(view, e);
  move(view, *row, e);
}

case_view fold(std::span<const case_event> events) {
  case_view view;
  for (const case_event& e : events) apply(view, e);
  return view;
}

status check(const case_view& view, const case_event& e, const circumstances& when) {
  // The role first: whoever may never take the step learns nothing of the case.
  WHORL_TRY(check_role(e.step, when.role));
  const transition* row = row_for(view, e);
  if (row == nullptr) return no_row(view, e);
  const std::string step(to_string(e.step));
  if (!is_among(*row, when.role))
    return make_error(errc::forbidden, step + " is taken by " + people_of(*row) + " here");
  WHORL_TRY(check_beside(*row, e));
  WHORL_TRY(check_count(*row, view, e));
  std::string refused;
  for (guard g : row->guards)
    if (!passes(g, view, e, when))
      refused += (refused.empty() ? "" : "; ") + std::string(to_string(g));
  if (!refused.empty()) return make_error(errc::conflict, step + ": " + refused);
  if (row->takes && when.is_taken && when.is_taken({*row->takes, e.code, e.about_at}))
    return make_error(errc::conflict, step + ": the " + std::string(to_string(*row->takes)) + " '" +
                                          e.code + "' is held by another case");
  return {};
}

std::vector<const transition*> possible(const case_view& view, actors::role role) {
  std::vector<const transition*> out;
  for (const transition& row : transitions())
    if (holds(row.from, view.state) && holds(row.by, role)) out.push_back(&row);
  return out;
}

}  // namespace whorl::casework
