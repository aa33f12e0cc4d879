// The table of the lifecycle. Codes: what the public record names (statuses and lift reasons of
// removal cases as published in 2008 to 2014), the query's answers of DOMAIN section 2 (M).
#include <initializer_list>

#include "actors/casework/lifecycle.hpp"

namespace whorl::casework {
namespace {

using actors::role;
using enum case_state;
using enum guard;

const std::vector<case_state> any_open = {
    awaiting_status, adjudicated, interview, conditional_detainer, detainer, at_large, custody,
    charged,         hearing,     ordered,   appealed};
const std::vector<case_state> any_state = [] {
  std::vector<case_state> all = any_open;
  all.push_back(closed);
  return all;
}();
const std::vector<case_state> undecided = {awaiting_status, adjudicated};
const std::vector<case_state> decided = {
    interview, conditional_detainer, detainer, at_large, custody, charged, hearing, ordered,
    appealed};

const std::vector<role> officer = {role::field_officer};
const std::vector<role> officers = {role::field_officer, role::officer_287g};
const std::vector<role> analyst = {role::analyst};
const std::vector<role> examiner = {role::examiner};
const std::vector<role> recorders = {role::analyst, role::field_officer};
const std::vector<role> deciders = {role::examiner, role::analyst, role::field_officer};
const std::vector<role> holders = {role::lea, role::sib, role::officer_287g, role::field_officer};
const std::vector<role> everybody = {role::lea,     role::sib,           role::examiner,
                                     role::analyst, role::field_officer, role::officer_287g};
const std::vector<role> itself = {};

std::vector<guard> with(std::vector<guard> all, std::initializer_list<guard> more) {
  all.insert(all.end(), more);
  return all;
}

/// What must be so for everything that holds, charges or removes a person, to the end.
const std::vector<guard> of_person = {
    prints_are_confirmed, status_removable, convicted_where_needed, no_open_claim,
    record_fresh,         record_unchanged, charge_present,         not_protected};
/// What is done on an order.
const std::vector<guard> of_order = with(of_person, {counsel_was_told});
/// A conditional detainer waits for the conviction.
const std::vector<guard> before_condition = {
    prints_are_confirmed, status_removable, no_open_claim, agency_has_custody, not_the_decider,
    record_fresh,         record_unchanged, charge_present, not_protected, rules_allow_condition};

constexpr std::string_view removable_statuses[] = {"removable-if-convicted", "not-lawfully-present",
                                                   "prior-removal", "final-order", "insufficient"};
const std::vector<std::string_view> removable(std::begin(removable_statuses),
                                              std::end(removable_statuses));

const std::vector<std::string_view> gone = {"Early Release", "Insufficient Notice to ICE",
                                            "No longer in State, Local, or Federal Custody",
                                            "Detainer Declined by LEA"};
const std::vector<std::string_view> withdrawn = {"Case Closed",
                                                 "Duplicate",
                                                 "ICE Temporary Resource Constraint",
                                                 "Not Amenable to Removal",
                                                 "Prosecutorial Discretion",
                                                 "Superseding - New Form Issued",
                                                 "USC or Presumptive Claim to US Citizenship",
                                                 "Judicial Review"};
const std::vector<std::string_view> judged = {
    "A-Proceedings Terminated", "B-Relief Granted", "D-IJ/BIA Dismissed",
    "L-Legalization - Permanent Residence Granted", "Z-SAW - Permanent Residence Granted"};
const std::vector<std::string_view> left = {"0-Withdrawal Permitted - I-275 Issued",
                                            "3-Voluntary Departure Confirmed",
                                            "5-Title 50 Expulsion",
                                            "6-Deported/Removed - Deportability",
                                            "8-Excluded/Deported/Removed",
                                            "8-Excluded/Removed - Inadmissibility",
                                            "9-VR Witnessed"};
const std::vector<std::string_view> ended = {
    "10-USC Prosecution Case Closed", "E-Charging Document Canceled by ICE", "P-Policy closure"};

using kind = resource_kind;
using step = case_step;

// clang-format off
std::vector<transition> status_rows() {
  return {
      {.step = step::opened, .from = {none}, .to = awaiting_status, .by = itself,
       .code = need::optional, .moment = need::optional,
       .means = "the immigration gallery has a match"},
      {.step = step::iaq_queued, .from = {awaiting_status}, .to = {}, .by = itself,
       .code = need::optional, .moment = need::optional,
       .means = "the query went to the operations centre"},
      {.step = step::prints_confirmed, .from = any_open, .to = {}, .by = examiner,
       .reason = true, .guards = {second_examiner}, .means = "the prints are the same person's"},
      {.step = step::prints_refuted, .from = any_open, .to = closed, .by = examiner,
       .reason = true, .means = "the prints are another person's: the match was false"},
      {.step = step::status_found, .from = any_open, .to = closed, .by = analyst,
       .code = need::required, .codes = {"citizen", "lawful"},
       .moment = need::optional, .guards = {record_not_ahead},
       .means = "a citizen, or lawfully present and not removable"},
      {.step = step::status_found, .from = undecided, .to = adjudicated, .by = analyst,
       .code = need::required, .codes = removable, .moment = need::required,
       .guards = {record_not_ahead}, .protects = true,
       .means = "may be removable; moment: date of the status record"},
      {.step = step::status_found, .from = decided, .to = {}, .by = analyst, .code = need::required,
       .codes = removable, .moment = need::required, .guards = {record_not_ahead},
       .protects = true, .means = "looked up again"},
      {.step = step::interview_booked, .from = {adjudicated}, .to = interview, .by = officers,
       .code = need::required, .moment = need::required, .takes = kind::interview_slot,
       .means = "code: the slot"},
      {.step = step::interviewed, .from = {interview}, .to = adjudicated, .by = officers,
       .reason = true, .gives = {kind::interview_slot}, .means = "reason: what was said"},
      {.step = step::no_action, .from = {adjudicated, interview}, .to = closed,
       .by = officer, .reason = true, .means = "a person decides to do nothing"},
  };
}

std::vector<transition> detainer_rows() {
  const std::vector<case_state> held = {conditional_detainer, detainer};
  return {
      {.step = step::detainer_issued, .from = {adjudicated}, .to = detainer, .by = officer,
       .reason = true,
       .guards = with(of_person, {agency_has_custody, not_the_decider, rules_allow}),
       .means = "I-247"},
      {.step = step::conditional_detainer_issued, .from = {adjudicated}, .to = conditional_detainer,
       .by = officer, .reason = true, .guards = before_condition,
       .means = "takes effect on a conviction"},
      {.step = step::detainer_activated, .from = {conditional_detainer}, .to = detainer,
       .by = officer, .reason = true,
       .guards = with(of_person, {not_the_decider, rules_allow, conviction_present}),
       .means = "the conviction is on record"},
      {.step = step::notice_served,
       .from = {adjudicated, conditional_detainer, detainer, custody, charged}, .to = {},
       .by = holders, .code = need::required, .means = "the person was told; code: language"},
      {.step = step::release_notified, .from = {detainer}, .to = {}, .by = holders,
       .moment = need::required, .guards = {release_is_near},
       .means = "moment: when the person would be released; 48 hours run"},
      {.step = step::detainer_lifted, .from = held, .to = at_large, .by = officer,
       .code = need::required, .codes = gone, .protects = true,
       .means = "the person is gone"},
      {.step = step::detainer_lifted, .from = held, .to = adjudicated, .by = officer,
       .reason = true,
       .code = need::required, .codes = withdrawn, .protects = true, .means = "withdrawn"},
      {.step = step::detainer_expired, .from = {detainer}, .to = at_large, .by = itself,
       .guards = {clock_ended}, .means = "nobody came in 48 hours: the person must be released"},
      {.step = step::released,
       .from = {adjudicated, interview, conditional_detainer, detainer},
       .to = at_large, .by = holders, .reason = true, .gives = {kind::interview_slot},
       .protects = true, .means = "released before anybody came"},
      {.step = step::located, .from = {at_large}, .to = adjudicated, .by = officer, .reason = true,
       .guards = {another_says_so}, .means = "found in custody again"},
  };
}

std::vector<transition> proceedings_rows() {
  return {
      {.step = step::taken_into_custody, .from = {detainer}, .to = custody,
       .by = officer, .reason = true, .code = need::required,
       .guards = with(of_person, {clock_not_over}), .takes = kind::bed,
       .means = "code: the bed"},
      {.step = step::taken_into_custody, .from = {at_large}, .to = custody,
       .by = officer, .reason = true, .code = need::required, .guards = of_person,
       .takes = kind::bed,
       .means = "code: the bed; reason: by which warrant, since nobody held the person"},
      {.step = step::taken_into_custody, .from = {adjudicated}, .to = custody,
       .by = officer, .reason = true, .code = need::required,
       .guards = with(of_person, {nobody_has_custody}), .takes = kind::bed,
       .means = "code: the bed; of one on probation or parole; reason: by which warrant"},
      {.step = step::released_on_bond, .from = {custody}, .to = adjudicated, .by = officer,
       .reason = true, .gives = {kind::bed}, .protects = true,
       .means = "free while the case goes on"},
      {.step = step::released_on_bond, .from = {charged, hearing, ordered, appealed}, .to = {},
       .by = officer, .reason = true, .gives = {kind::bed}, .protects = true,
       .means = "free while the proceedings go on"},
      {.step = step::charging_document_served, .from = {adjudicated, custody}, .to = charged,
       .by = officer, .code = need::required,
       .guards = with(of_person, {dispositions_known}),
       .means = "code: number of the document"},
      {.step = step::hearing_booked, .from = {charged}, .to = hearing, .by = officer,
       .code = need::required, .moment = need::required, .takes = kind::hearing_slot,
       .means = "code: the slot"},
      {.step = step::hearing_held, .from = {hearing}, .to = charged, .by = officer,
       .reason = true, .gives = {kind::hearing_slot}, .means = "reason: what was heard"},
      {.step = step::relief_granted, .from = {charged}, .to = closed, .by = officer,
       .reason = true, .code = need::required, .codes = judged, .guards = {hearing_was_held},
       .means = "the judge's decision"},
      {.step = step::removal_ordered, .from = {charged}, .to = ordered, .by = officer,
       .reason = true,
       .guards = with(of_person, {hearing_was_held, notice_given, counsel_was_told}),
       .means = "the judge's decision"},
      {.step = step::removal_ordered, .from = {custody}, .to = ordered, .by = officer,
       .reason = true,
       .guards = with(of_person, {final_order_known, notice_given, counsel_was_told}),
       .means = "an earlier final order is reinstated"},
      {.step = step::transport_booked, .from = {ordered}, .to = {}, .by = officer,
       .code = need::required, .moment = need::required, .guards = of_order,
       .takes = kind::transport_seat, .means = "code: the seat"},
      {.step = step::removed, .from = {ordered}, .to = closed, .by = officer,
       .reason = true, .code = need::required, .codes = left,
       .guards = with(of_order, {dispositions_known, seat_held}),
       .means = "the person left"},
  };
}

/// The Board of Immigration Appeals (8 CFR 1003.38; M), and counsel at any time.
std::vector<transition> appeal_rows() {
  return {
      {.step = step::appeal_filed, .from = {ordered}, .to = appealed, .by = officer,
       .reason = true, .guards = {order_appealable, appeal_in_time},
       .gives = {kind::transport_seat}, .protects = true,
       .means = "within 30 days; nobody is removed until it is decided"},
      {.step = step::appeal_decided, .from = {appealed}, .to = ordered, .by = officer,
       .reason = true, .code = need::required, .codes = {"dismissed", "withdrawn"},
       .means = "the order stands"},
      {.step = step::appeal_decided, .from = {appealed}, .to = charged, .by = officer,
       .reason = true, .code = need::required, .codes = {"remanded"}, .protects = true,
       .means = "back to the judge: the order is set aside, a hearing must be held again"},
      {.step = step::appeal_decided, .from = {appealed}, .to = closed, .by = officer,
       .reason = true, .code = need::required, .codes = {"sustained"},
       .means = "relief: the order is set aside for good"},
      {.step = step::counsel_recorded, .from = any_open, .to = {}, .by = everybody,
       .code = need::required,
       .means = "code: who represents the person from now on"},
      {.step = step::counsel_withdrawn, .from = any_open, .to = {}, .by = deciders,
       .reason = true, .guards = {counsel_on_record},
       .means = "nobody does any more"},
      {.step = step::counsel_notified, .from = any_open, .to = {}, .by = deciders,
       .code = need::required, .guards = {counsel_on_record},
       .means = "code: of what counsel was told"},
  };
}

std::vector<transition> record_rows() {
  return {
      {.step = step::offence_recorded, .from = any_open, .to = {}, .by = recorders,
       .code = need::optional, .with_charge = true,
       .means = "a charge, or what became of it: the same code and count replaces"},
      {.step = step::offence_withdrawn, .from = any_open, .to = {}, .by = recorders,
       .reason = true, .code = need::required, .guards = {offence_on_record},
       .protects = true, .means = "recorded wrongly; code: the offence's, or code#count"},
      {.step = step::fact_recorded, .from = any_open, .to = {}, .by = recorders, .reason = true,
       .code = need::required, .codes = {fact_names().begin(), fact_names().end()},
       .means = "reason: the evidence"},
      {.step = step::fact_withdrawn, .from = any_open, .to = {}, .by = recorders, .reason = true,
       .code = need::required, .codes = {fact_names().begin(), fact_names().end()},
       .guards = {fact_on_record}, .protects = true, .means = "recorded wrongly"},
      {.step = step::citizenship_claimed, .from = any_open, .to = {}, .by = everybody,
       .reason = true, .guards = {no_claim_yet}, .protects = true,
       .means = "holds the case for a person to decide"},
      {.step = step::claim_decided, .from = any_open, .to = closed, .by = recorders,
       .reason = true, .code = need::required, .codes = {"citizen"},
       .guards = {claim_is_open},
       .means = "the claim is right"},
      {.step = step::claim_decided, .from = any_open, .to = {}, .by = recorders, .reason = true,
       .code = need::required, .codes = {"not-shown"},
       .guards = {claim_is_open, another_decides},
       .means = "the claim was looked into and not shown"},
      {.step = step::flagged, .from = any_open, .to = {}, .by = everybody, .reason = true,
       .code = need::required, .codes = {"victim-witness", "protected"},
       .guards = {flag_not_set}, .protects = true,
       .means = "no detainer, and no disclosure to an agency"},
      {.step = step::flag_lifted, .from = any_open, .to = {}, .by = analyst, .reason = true,
       .code = need::required, .codes = {"victim-witness", "protected"}, .guards = {flag_set},
       .means = "it does not hold any more"},
      {.step = step::record_changed, .from = any_state, .to = {}, .by = itself,
       .code = need::optional,
       .means = "a record that the case rests on was corrected"},
      {.step = step::taken_up, .from = any_open, .to = {}, .by = deciders, .guards = {not_taken_up},
       .means = "works on it"},
      {.step = step::put_back, .from = any_open, .to = {}, .by = deciders, .guards = {is_assignee},
       .means = "no longer"},
      {.step = step::handed_over, .from = any_open, .to = {}, .by = deciders,
       .code = need::required,
       .guards = {is_assignee}, .means = "code: the principal who goes on"},
      {.step = step::died, .from = any_open, .to = closed, .by = officers, .reason = true,
       .means = "7-Died"},
      {.step = step::closed, .from = any_open, .to = closed, .by = officer,
       .reason = true, .code = need::required, .codes = ended, .means = "by another authority"},
      {.step = step::corrected, .from = any_state, .to = closed, .by = deciders,
       .reason = true, .means = "what opened the case was wrong"},
      {.step = step::note, .from = any_open, .to = {}, .by = everybody, .reason = true,
       .means = "a remark"},
      {.step = step::note, .from = {closed}, .to = {}, .by = deciders, .reason = true,
       .means = "a remark on a case that is over"},
  };
}

// clang-format on

}  // namespace

std::span<const transition> transitions() {
  static const std::vector<transition> table = [] {
    std::vector<transition> all = status_rows();
    for (auto* rows : {&detainer_rows, &proceedings_rows, &appeal_rows, &record_rows})
      for (transition& one : (*rows)()) all.push_back(std::move(one));
    return all;
  }();
  return table;
}

}  // namespace whorl::casework
