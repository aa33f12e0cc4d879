// The lifecycle of a case as one table: which step is allowed from which state, by which roles,
// with what beside it, under which safeguards, and what it holds or gives back (docs/LIFECYCLE.md
// is written from it). Pure: a case is the fold of its events; whoever wants to take a step asks
// `check`.
//
// A step that is not in the table is refused and named. Facts that are in the journal although they
// were not allowed (none should be) change nothing in the fold: all readers pass over the same.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/casework/rule_set.hpp"
#include "actors/policy_core.hpp"

namespace whorl::casework {

enum class case_state : std::uint8_t {
  none,                  ///< before `opened`
  awaiting_status,       ///< the query is with the operations centre
  adjudicated,           ///< the status is known; the field office decides
  interview,             ///< a slot is held
  conditional_detainer,  ///< takes effect on a conviction
  detainer,
  at_large,  ///< released, not in anybody's custody
  custody,
  charged,  ///< a charging document is served
  hearing,  ///< a slot at the court is held
  ordered,  ///< removal is ordered
  closed,
  appealed  ///< the order waits for the Board: nobody is removed
};
std::string_view to_string(case_state state);

/// What a case may hold one of at a time.
enum class resource_kind : std::uint8_t { interview_slot, bed, hearing_slot, transport_seat };
std::string_view to_string(resource_kind kind);
struct held_resource {
  resource_kind kind = resource_kind::bed;
  std::string id;
  instant at;  ///< of slots and seats; 0 for a bed
  friend bool operator==(const held_resource&, const held_resource&) = default;
};

/// What must be so for a step, each a safeguard of DOMAIN section 5 or a rule of order.
enum class guard : std::uint8_t {
  prints_are_confirmed,   ///< an examiner has found the prints to be the same person's
  second_examiner,        ///< not the examiner who decided the booking's review
  status_removable,       ///< the operations centre found a status that allows removal
  no_open_claim,          ///< nobody's claim of citizenship waits for a decision
  record_fresh,           ///< the status record is young enough, or an interview was held since
  record_unchanged,       ///< no correction of the record waits for a new status
  charge_present,         ///< an offence with a code is on record
  dispositions_known,     ///< and what became of each
  not_protected,          ///< no victim, witness or protected person
  rules_allow,            ///< the rule-set in force allows a detainer at the case's level
  rules_allow_condition,  ///< or one that takes effect on a conviction
  conviction_present,
  convicted_where_needed,  ///< a status that allows removal after a conviction has one
  final_order_known,       ///< by the status, or recorded by another person
  hearing_was_held,
  notice_given,  ///< the person was told, in a language
  seat_held,
  claim_is_open,
  no_claim_yet,      ///< a claim that waits is not made again
  another_decides,   ///< than who issued or activated the detainer, or brought the claim
  not_the_decider,   ///< who found a claim not shown issues no detainer
  another_says_so,   ///< than who said that the person was gone
  record_not_ahead,  ///< the status record is not of a day to come
  release_is_near,   ///< the moment of release is at most 366 days ahead
  offence_on_record,
  fact_on_record,
  flag_set,
  flag_not_set,
  clock_ended,
  clock_not_over,      ///< nobody is taken on a detainer whose 48 hours are over
  agency_has_custody,  ///< booked in a jail or prison, or found in one since: not under supervision
  nobody_has_custody,  ///< the contrary: there is nobody whom a detainer could ask
  not_taken_up,        ///< by somebody else
  is_assignee,
  order_appealable,  ///< a judge's order that the Board has not decided on; none that is reinstated
  appeal_in_time,
  counsel_on_record,
  counsel_was_told,  ///< where there is counsel: since it came, and since the order
};
std::string_view to_string(guard g);

/// What `case_event::code` and `about_at` hold.
enum class need : std::uint8_t { none, optional, required };

struct transition {
  case_step step;
  std::vector<case_state> from;
  std::optional<case_state> to;  ///< none: the state stays
  std::vector<actors::role> by;  ///< empty: the exchange itself
  bool reason = false;           ///< must be given
  need code = need::none;
  std::vector<std::string_view> codes{};  ///< allowed ones; empty: any text
  need moment = need::none;
  bool with_charge = false;  ///< case_event::charge must be given
  std::vector<guard> guards{};
  std::optional<resource_kind> takes{};
  std::vector<resource_kind> gives{};  ///< closing gives all
  bool protects = false;               ///< holds the case or frees somebody: no limit is in its way
  std::string_view means{};            ///< for a person
};
/// Rows of one step differ in their codes or states. No two rows fit the same event.
std::span<const transition> transitions();

/// An appeal is filed within so many days of the order (8 CFR 1003.38; M).
inline constexpr std::int64_t appeal_days = 30;

/// The status that allows removal once there is a conviction.
inline constexpr std::string_view removable_if_convicted = "removable-if-convicted";

/// A case as its events have made it.
struct case_view {
  case_state state = case_state::none;
  case_event opened;
  std::size_t steps = 0;
  std::uint8_t level = 0;
  std::string rule_set;
  evidence known;
  std::string status;                   ///< the last status found; empty: none
  instant status_record_at, status_at;  ///< of the record, and when it was found
  bool must_interview = false;
  bool prints_confirmed = false;
  bool claim_open = false;
  bool record_changed = false;
  bool hearing_held = false;
  instant ordered_at;                                     ///< of the last order of removal
  bool order_reinstated = false, order_reviewed = false;  ///< by the Board, on appeal
  std::string counsel;        ///< who represents the person; empty: nobody
  bool counsel_told = false;  ///< since counsel was recorded, and since the order
  bool victim_witness = false, protected_person = false;
  std::string notice_language;                     ///< of the notice served; empty: none
  std::set<std::string, std::less<>> detainer_by;  ///< who issued or activated one
  std::string claim_by, claim_decided_by;          ///< of the last claim of citizenship
  std::string gone_by;                ///< who said that the person was gone; empty: the clock
  bool located = false;               ///< in custody somewhere, wherever the person was booked
  std::string final_order_by;         ///< who recorded that fact
  std::optional<instant> release_at;  ///< as the agency told
  std::optional<instant> clock_ends;  ///< of that release, as it was reckoned when it was told
  std::optional<instant> interviewed_at;
  std::string assignee;
  std::vector<held_resource> holds;
  std::map<std::string, std::size_t, std::less<>> remarks;  ///< by principal: is_remark()
  std::string closing;                     ///< code of the closing step, or its name
  instant changed_at;                      ///< of the last step that changed the state
  std::map<case_state, instant> first_in;  ///< when it first came into each
  instant claimed_at;                      ///< of the last claim of citizenship
  instant record_changed_at;               ///< of the first correction that waits for a new status
  instant release_told_at;                 ///< when the agency first told `release_at`
  instant last_at;
};
bool is_open(const case_view& view);
bool is_convicted(const case_view& view);
/// A charge with a code is on record, and what became of each.
bool charges_complete(const case_view& view);
bool is_protected(const case_view& view);  ///< victim, witness, or protected by law
/// Nobody may be held on a detainer meanwhile: a claim waits, a record was corrected, or the person
/// is protected. Its clock runs on, so that none of this makes anybody wait for longer.
bool is_suspended(const case_view& view);
/// Steps that change nothing but what is known of the case; so many of one person.
bool is_remark(case_step step);
/// What an offence is withdrawn by: its code, or code#count.
std::string offence_id(const offence& what);
/// What the rules are asked with: the offences and facts on record, and those that follow from the
/// status found (a status that allows removal after a conviction makes `removable` with one).
evidence evidence_of(const case_view& view);
/// Steps of the table are applied, others are passed over.
case_view fold(std::span<const case_event> events);
void apply(case_view& view, const case_event& event);

/// What `check` must know besides the case.
struct circumstances {
  instant now;
  std::optional<actors::role> role;  ///< none: the exchange itself
  detainer_rule rules = detainer_rule::none;
  std::int64_t stale_after_days = 365;
  /// What the booking says of the place that booked (booking_accepted::source).
  booking_source source = booking_source::jail;
  /// The end of the detainer's clock, where one runs.
  std::optional<instant> clock_end;
  /// Whether another case holds it.
  std::function<bool(const held_resource&)> is_taken;
};

/// Whether this step may be taken now. Errors: conflict (state, safeguards; all that stand in the
/// way are named), forbidden (role), invalid_input (what the step needs beside it), limit_exceeded.
status check(const case_view& view, const case_event& wanted, const circumstances& when);

/// Steps that `role` could take from the state of the case, guards apart.
std::vector<const transition*> possible(const case_view& view, actors::role role);

}  // namespace whorl::casework
