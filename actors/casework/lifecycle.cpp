#include "actors/casework/lifecycle.hpp"

#include <algorithm>
#include <array>

namespace whorl::casework {
namespace {

template <class Value>
bool holds(const std::vector<Value>& all, const Value& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

constexpr std::string_view after_conviction = "removable-if-convicted";

bool is_convicted(const case_view& view) {
  return std::any_of(view.known.offences.begin(), view.known.offences.end(), [](const offence& o) {
    return o.disposition == offence_disposition::convicted;
  });
}

/// The row for this event, whatever the roles and guards say; null when there is none.
const transition* row_for(const case_view& view, const case_event& event) {
  for (const transition& row : transitions())
    if (row.step == event.step && holds(row.from, view.state) &&
        (row.codes.empty() || holds(row.codes, std::string_view(event.code))))
      return &row;
  return nullptr;
}

/// An offence of the same code replaces an earlier one that was not yet disposed of, so that a
/// disposition is recorded for a charge and does not stand beside it.
void record(std::vector<offence>& all, const offence& fresh) {
  const bool settles = fresh.disposition > offence_disposition::charged;
  for (offence& one : all)
    if (settles && one.code == fresh.code && one.disposition <= offence_disposition::charged) {
      one = fresh;
      return;
    }
  all.push_back(fresh);
}

void apply_record(case_view& view, const case_event& e) {
  switch (e.step) {
    case case_step::prints_confirmed:
      view.prints_confirmed = true;
      break;
    case case_step::status_found:
      view.status = e.code;
      view.status_record_at = e.about_at;
      view.must_interview = e.code == "insufficient";
      view.record_changed = false;
      break;
    case case_step::interviewed:
      view.interviewed_at = e.at;
      view.must_interview = false;
      break;
    case case_step::fact_recorded:
      view.known.facts.insert(e.code);
      break;
    case case_step::citizenship_claimed:
      view.claim_open = true;
      view.release_at.reset();  // the claim stops the clock: it starts anew with a new notice
      break;
    case case_step::claim_decided:
      view.claim_open = false;
      break;
    case case_step::flagged:
      (e.code == "protected" ? view.protected_person : view.victim_witness) = true;
      break;
    case case_step::record_changed:
      view.record_changed = true;
      break;
    case case_step::hearing_held:
      view.hearing_held = true;
      break;
    default:
      break;
  }
}

void apply_work(case_view& view, const case_event& e) {
  switch (e.step) {
    case case_step::detainer_issued:
    case case_step::conditional_detainer_issued:
      view.detainer_by = e.by;
      break;
    case case_step::notice_served:
      view.notice_language = e.code;
      break;
    case case_step::release_notified:
      // A moment that has come stands: a later notice must not hold anybody for longer.
      if (!view.release_at || e.at < *view.release_at) view.release_at = e.about_at;
      break;
    case case_step::located:
    case case_step::taken_into_custody:
      view.release_at.reset();  // custody of another kind: what was said before is over
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
  if (view.state != case_state::closed) return;
  view.holds.clear();
  view.assignee.clear();
  view.closing = e.code.empty() ? std::string(to_string(e.step)) : e.code;
}

constexpr auto state_names = std::to_array<std::string_view>(
    {"none", "awaiting_status", "adjudicated", "interview", "conditional_detainer", "detainer",
     "at_large", "custody", "charged", "hearing", "ordered", "closed"});
constexpr auto resource_names =
    std::to_array<std::string_view>({"interview slot", "bed", "hearing slot", "transport seat"});
constexpr auto guard_names = std::to_array<std::string_view>({
    "an examiner must first confirm the prints (prints_confirmed)",
    "the prints must be confirmed by another examiner than the one who decided the review",
    "a status that allows removal must be found first (status_found)",
    "a claim of citizenship waits for a decision (claim_decided)",
    "the status record is too old: an interview must be held first",
    "a record was corrected: the status must be looked up again (status_found)",
    "a charge with its offence code must be on record (offence_recorded)",
    "what became of each charge must be on record (offence_recorded)",
    "the person is flagged as victim, witness or protected",
    "the rules in force allow no detainer at this level",
    "the rules in force allow no conditional detainer at this level",
    "no conviction is on record (offence_recorded)",
    "no earlier final order is on record (status_found or fact_recorded)",
    "no hearing was held",
    "no transport seat is held (transport_booked)",
    "no claim of citizenship is open",
    "who issued the detainer does not decide the claim against it",
    "the detainer's 48 hours have not ended",
    "the detainer's 48 hours are over: the person must be released",
    "somebody else works on the case: it must be put back or handed over",
    "the case is not taken up by this person (taken_up)",
});
static_assert(guard_names.size() == static_cast<std::size_t>(guard::is_assignee) + 1);

bool is_fresh(const case_view& view, const circumstances& when) {
  if (view.must_interview) return false;
  const std::int64_t age_ms = when.now.ms - view.status_record_at.ms;
  const bool young = age_ms <= when.stale_after_days * 24 * 60 * 60 * 1000;
  return young || view.interviewed_at.has_value();
}

bool passes_record(guard g, const case_view& view, const case_event& e, const circumstances& when) {
  const auto& offences = view.known.offences;
  switch (g) {
    case guard::prints_are_confirmed:
      return view.prints_confirmed;
    case guard::second_examiner:
      return view.opened.code.empty() || view.opened.code != e.by;
    case guard::status_removable:
      return !view.status.empty() && view.status != "insufficient";
    case guard::no_open_claim:
      return !view.claim_open;
    case guard::record_fresh:
      return is_fresh(view, when);
    case guard::record_unchanged:
      return !view.record_changed;
    case guard::charge_present:
      return std::any_of(offences.begin(), offences.end(), [](const offence& o) {
        return o.code.size() == 4 && o.code != "0399";  // 0399: the query's "not said"
      });
    case guard::dispositions_known:
      return std::all_of(offences.begin(), offences.end(), [](const offence& o) {
        return o.disposition > offence_disposition::charged;
      });
    case guard::not_protected:
      return !view.victim_witness && !view.protected_person;
    case guard::conviction_present:
      return is_convicted(view);
    case guard::final_order_known:
      return evidence_of(view).facts.contains("final_order");
    default:
      return true;
  }
}

bool passes(guard g, const case_view& view, const case_event& e, const circumstances& when) {
  switch (g) {
    case guard::rules_allow:
      return when.rules == detainer_rule::allowed &&
             (view.status != after_conviction || is_convicted(view));
    case guard::rules_allow_condition:
      return when.rules != detainer_rule::none;
    case guard::hearing_was_held:
      return view.hearing_held;
    case guard::seat_held:
      return std::any_of(view.holds.begin(), view.holds.end(), [](const held_resource& h) {
        return h.kind == resource_kind::transport_seat;
      });
    case guard::claim_is_open:
      return view.claim_open;
    case guard::not_the_issuer:
      return view.detainer_by.empty() || view.detainer_by != e.by;
    case guard::clock_ended:
      return when.clock_end && *when.clock_end <= when.now;
    case guard::clock_not_over:
      return !when.clock_end || when.now < *when.clock_end;
    case guard::not_taken_up:
      return view.assignee.empty() || view.assignee == e.by;
    case guard::is_assignee:
      return view.assignee == e.by;
    default:
      return passes_record(g, view, e, when);
  }
}

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

status check_beside(const transition& row, const case_event& e) {
  const std::string step(to_string(e.step));
  auto missing = [&](const char* what) {
    return make_error(errc::invalid_input,
                      step + " needs " + what + " (" + std::string(row.means) + ")");
  };
  if (row.reason && e.reason.empty()) return missing("a reason");
  if (row.code == need::required && e.code.empty()) return missing("a code");
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
std::string_view to_string(guard g) { return guard_names[static_cast<std::size_t>(g)]; }

bool is_open(const case_view& view) {
  return view.state != case_state::closed && view.state != case_state::none;
}

evidence evidence_of(const case_view& view) {
  evidence out = view.known;
  if (view.status.empty() || view.status == "insufficient" || view.status == "citizen" ||
      view.status == "lawful")
    return out;
  if (view.status != after_conviction || is_convicted(view)) out.facts.emplace("removable");
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
