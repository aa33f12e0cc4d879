#include "actors/casework/safeguards.hpp"

#include <algorithm>
#include <array>

namespace whorl::casework {
namespace {

constexpr std::int64_t day_ms = std::int64_t{24} * 60 * 60 * 1000;
/// The query's "not said": no offence on record.
constexpr std::string_view not_said = "0399";

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
    "the status allows removal only after a conviction, and none is on record (offence_recorded)",
    "no earlier final order is on record (status_found, or fact_recorded by another person)",
    "no hearing was held",
    "the person was not told, in a language (notice_served)",
    "no transport seat is held (transport_booked)",
    "no claim of citizenship is open",
    "a claim of citizenship waits already",
    "who issued or activated the detainer, or brought the claim, does not find it not shown",
    "who found the claim not shown does not issue the detainer",
    "another person than the one who said that the person was gone must say this",
    "a status record is not of a day to come",
    "a release more than 366 days ahead is not notified: the moment is a mistake",
    "no such offence is on record (code, or code#count)",
    "no such fact is on record",
    "that flag is not set",
    "that flag is set already",
    "the detainer's 48 hours have not ended",
    "the detainer's 48 hours are over: the person must be released",
    "the person is on probation or parole, not in custody: no detainer can hold them",
    "an agency holds the person: a detainer comes first (detainer_issued)",
    "somebody else works on the case: it must be put back or handed over",
    "the case is not taken up by this person (taken_up)",
    "the order is no judge's that the Board has not decided on: it cannot be appealed",
    "the 30 days in which the order may be appealed are over",
    "no counsel is on record (counsel_recorded)",
    "the person's counsel was not told (counsel_notified)",
});
static_assert(guard_names.size() == static_cast<std::size_t>(guard::counsel_was_told) + 1);

/// A record, or an interview held after the status was found, that is young enough.
bool is_fresh(const case_view& view, const circumstances& when) {
  if (view.must_interview) return false;
  std::int64_t known_ms = view.status_record_at.ms;
  if (view.interviewed_at && view.interviewed_at->ms >= view.status_at.ms)
    known_ms = std::max(known_ms, view.interviewed_at->ms);
  return when.now.ms - known_ms <= when.stale_after_days * day_ms;
}

bool needs_conviction(const case_view& view) {
  return view.status == removable_if_convicted && !is_convicted(view);
}

bool is_final_order_known(const case_view& view, const case_event& e) {
  if (view.status == "final-order") return true;
  return view.known.facts.contains("final_order") && view.final_order_by != e.by;
}

bool is_flagged(const case_view& view, const case_event& e) {
  return e.code == "protected" ? view.protected_person : view.victim_witness;
}

bool passes_offences(guard g, const case_view& view, const case_event& e) {
  const auto& all = view.known.offences;
  const auto is_said = [](const offence& o) { return o.code.size() == 4 && o.code != not_said; };
  switch (g) {
    case guard::charge_present:
      return std::any_of(all.begin(), all.end(), is_said);
    case guard::dispositions_known:
      return std::all_of(all.begin(), all.end(), [&](const offence& o) {
        return !is_said(o) || o.disposition > offence_disposition::charged;
      });
    case guard::conviction_present:
      return is_convicted(view);
    case guard::convicted_where_needed:
      return !needs_conviction(view);
    case guard::offence_on_record:
      return std::any_of(all.begin(), all.end(),
                         [&](const offence& o) { return offence_id(o) == e.code; });
    default:
      return true;
  }
}

bool passes_order(guard g, const case_view& view, const circumstances& when) {
  switch (g) {
    case guard::order_appealable:
      return !view.order_reinstated && !view.order_reviewed;
    case guard::appeal_in_time:
      return when.now.ms - view.ordered_at.ms <= appeal_days * day_ms;
    case guard::counsel_on_record:
      return !view.counsel.empty();
    case guard::counsel_was_told:
      return view.counsel.empty() || view.counsel_told;
    default:
      return true;
  }
}

bool passes_record(guard g, const case_view& view, const case_event& e, const circumstances& when) {
  switch (g) {
    case guard::prints_are_confirmed:
      return view.prints_confirmed;
    case guard::second_examiner:
      return view.opened.code.empty() || view.opened.code != e.by;
    case guard::status_removable:
      return !view.status.empty() && view.status != "insufficient";
    case guard::record_fresh:
      return is_fresh(view, when);
    case guard::record_not_ahead:
      return e.about_at <= when.now;
    case guard::record_unchanged:
      return !view.record_changed;
    case guard::not_protected:
      return !is_protected(view);
    case guard::final_order_known:
      return is_final_order_known(view, e);
    case guard::fact_on_record:
      return view.known.facts.contains(e.code);
    case guard::flag_set:
      return is_flagged(view, e);
    case guard::flag_not_set:
      return !is_flagged(view, e);
    default:
      return passes_order(g, view, when) && passes_offences(g, view, e);
  }
}

/// Empty: nobody has.
bool is_by(std::string_view who, const case_event& e) { return !who.empty() && who == e.by; }

/// Who may, besides the role.
bool passes_person(guard g, const case_view& view, const case_event& e, const circumstances& when) {
  switch (g) {
    case guard::no_open_claim:
    case guard::no_claim_yet:
      return !view.claim_open;
    case guard::claim_is_open:
      return view.claim_open;
    case guard::another_decides:
      return !view.detainer_by.contains(e.by) && !is_by(view.claim_by, e);
    case guard::not_the_decider:
      return !is_by(view.claim_decided_by, e);
    case guard::another_says_so:
      return !is_by(view.gone_by, e);
    case guard::not_taken_up:
      return view.assignee.empty() || view.assignee == e.by;
    case guard::is_assignee:
      return view.assignee == e.by;
    default:
      return passes_record(g, view, e, when);
  }
}

}  // namespace

std::string_view to_string(guard g) { return guard_names[static_cast<std::size_t>(g)]; }

bool charges_complete(const case_view& view) {
  return passes_offences(guard::charge_present, view, {}) &&
         passes_offences(guard::dispositions_known, view, {});
}

bool passes(guard g, const case_view& view, const case_event& e, const circumstances& when) {
  switch (g) {
    case guard::rules_allow:
      return when.rules == detainer_rule::allowed && !needs_conviction(view);
    case guard::rules_allow_condition:
      return when.rules != detainer_rule::none;
    case guard::hearing_was_held:
      return view.hearing_held;
    case guard::notice_given:
      return !view.notice_language.empty();
    case guard::seat_held:
      return std::any_of(view.holds.begin(), view.holds.end(), [](const held_resource& h) {
        return h.kind == resource_kind::transport_seat;
      });
    case guard::agency_has_custody:
      return view.located || has_custody(when.source);
    case guard::nobody_has_custody:
      return !passes(guard::agency_has_custody, view, e, when);
    case guard::release_is_near:
      return e.about_at.ms - when.now.ms <= release_ahead_days_max * day_ms;
    case guard::clock_ended:
      return when.clock_end && *when.clock_end <= when.now;
    case guard::clock_not_over:
      return !when.clock_end || when.now < *when.clock_end;
    default:
      return passes_person(g, view, e, when);
  }
}

}  // namespace whorl::casework
