// The lifecycle's table: every legal path is walked, every other step is refused.
#include "actors/casework/lifecycle.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "tests/actors/casework/lifecycle_support.hpp"

using namespace whorl;
using namespace whorl::casework;
using namespace whorl::casework::test;
using actors::role;

namespace {

constexpr case_state all_states[] = {case_state::none,
                                     case_state::awaiting_status,
                                     case_state::adjudicated,
                                     case_state::interview,
                                     case_state::conditional_detainer,
                                     case_state::detainer,
                                     case_state::at_large,
                                     case_state::custody,
                                     case_state::charged,
                                     case_state::hearing,
                                     case_state::ordered,
                                     case_state::closed,
                                     case_state::appealed};

bool among(const auto& all, const auto& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

/// Everything that a safeguard may ask for is there.
case_view ready(case_state state) {
  case_view view;
  view.state = state;
  view.opened.step = case_step::opened;
  view.status = "final-order";
  view.status_record_at = {start.ms - day_ms};
  view.prints_confirmed = view.hearing_held = true;
  view.known.offences = {{"1313", offence_class::felony, offence_disposition::convicted, 400}};
  view.detainer_by = {"officer"};
  view.notice_language = "es";
  view.gone_by = view.claim_by = view.claim_decided_by = "another";
  view.assignee = "somebody";
  view.ordered_at = start;
  view.counsel = "counsel";
  view.counsel_told = true;
  view.holds = {{resource_kind::transport_seat, "seat", start}};
  return view;
}

circumstances easy(std::optional<role> as) {
  circumstances when;
  when.now = start;
  when.role = as;
  when.rules = detainer_rule::allowed;
  when.clock_end = instant{start.ms + 1};  // it runs
  return when;
}

/// A claim is open, a flag or a fact is there, and a clock at its end, exactly where the row asks
/// for it.
void set_claim(case_view& view, const transition& row) {
  view.claim_open = among(row.guards, guard::claim_is_open);
  view.victim_witness = view.protected_person = among(row.guards, guard::flag_set);
  if (among(row.guards, guard::fact_on_record))
    view.known.facts = {fact_names().begin(), fact_names().end()};
}
circumstances easy(std::optional<role> as, const transition& row) {
  circumstances when = easy(as);
  if (among(row.guards, guard::clock_ended)) when.clock_end = start;
  if (among(row.guards, guard::nobody_has_custody)) when.source = booking_source::parole;
  return when;
}

}  // namespace

TEST_CASE(
    "lifecycle: every row is allowed from each of its states, for each of its roles and codes") {
  for (const transition& row : transitions()) {
    CAPTURE(to_string(row.step));
    std::vector<std::optional<role>> by(row.by.begin(), row.by.end());
    if (by.empty()) by.push_back(std::nullopt);
    for (case_state from : row.from)
      for (const auto& as : by)
        for (std::size_t i = 0; i < std::max<std::size_t>(row.codes.size(), 1); ++i) {
          case_view view = ready(from);
          set_claim(view, row);
          case_event e = event_for(row);
          if (!row.codes.empty()) e.code = row.codes[i];
          const status allowed = check(view, e, easy(as, row));
          REQUIRE_MESSAGE(allowed.has_value(), to_string(from), ": ", allowed.error().message);
          apply(view, e);
          CHECK(view.state == row.to.value_or(from));
        }
  }
}

TEST_CASE("lifecycle: a step that the table does not have is refused, named, and changes nothing") {
  for (case_state from : all_states)
    for (int number = 1; number <= static_cast<int>(case_step::counsel_notified); ++number) {
      const auto step = static_cast<case_step>(number);
      const transition* any = nullptr;
      bool has = false;
      for (const transition& row : transitions()) {
        if (row.step != step) continue;
        any = &row;
        has = has || among(row.from, from);
      }
      REQUIRE(any != nullptr);
      if (has) continue;
      CAPTURE(to_string(from));
      CAPTURE(to_string(step));
      case_view view = ready(from);
      const case_event e = event_for(*any);
      const status refused =
          check(view, e, easy(any->by.empty() ? std::optional<role>() : any->by.front()));
      REQUIRE_FALSE(refused.has_value());
      CHECK(refused.error().code == errc::conflict);
      CHECK(refused.error().message.find(to_string(step)) == 0);
      CHECK(refused.error().message.find(to_string(from)) != std::string::npos);
      apply(view, e);
      CHECK(view.state == from);
      CHECK(view.steps == 0);
    }
}

TEST_CASE("lifecycle: no two rows fit the same step, state and code") {
  const auto& rows = transitions();
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = i + 1; j < rows.size(); ++j) {
      if (rows[i].step != rows[j].step) continue;
      CAPTURE(to_string(rows[i].step));
      bool state = false, code = rows[i].codes.empty() || rows[j].codes.empty();
      for (case_state s : rows[i].from) state = state || among(rows[j].from, s);
      for (auto c : rows[i].codes) code = code || among(rows[j].codes, c);
      CHECK_FALSE((state && code));
    }
}

TEST_CASE("lifecycle: each role may take the steps that name it, and no other") {
  for (const transition& row : transitions())
    for (role r : actors::all_roles) {
      CAPTURE(to_string(row.step));
      CAPTURE(to_string(r));
      case_view view = ready(row.from.front());
      set_claim(view, row);
      const status allowed = check(view, event_for(row), easy(r, row));
      CHECK(allowed.has_value() == among(row.by, r));
      if (!allowed) CHECK(allowed.error().code == errc::forbidden);
    }
  // The exchange itself takes its own steps alone: no person's decision comes from a program.
  for (const transition& row : transitions()) {
    case_view view = ready(row.from.front());
    set_claim(view, row);
    CHECK(check(view, event_for(row), easy(std::nullopt, row)).has_value() == row.by.empty());
  }
}

TEST_CASE(
    "lifecycle: every state is reached from the opening, and every open state can be closed") {
  std::set<case_state> reached{case_state::none};
  for (std::size_t round = 0; round < std::size(all_states); ++round)
    for (const transition& row : transitions())
      for (case_state from : row.from)
        if (reached.contains(from) && row.to) reached.insert(*row.to);
  for (case_state s : all_states) {
    CAPTURE(to_string(s));
    CHECK(reached.contains(s));
    if (s == case_state::none || s == case_state::closed) continue;
    bool closes = false;
    for (const transition& row : transitions())
      closes = closes || (row.to == case_state::closed && among(row.from, s));
    CHECK(closes);
  }
}

TEST_CASE("lifecycle: a step without what it needs beside it is refused and says what is missing") {
  for (const transition& row : transitions()) {
    CAPTURE(to_string(row.step));
    case_view view = ready(row.from.front());
    set_claim(view, row);
    const auto when = easy(row.by.empty() ? std::optional<role>() : row.by.front(), row);
    auto refused = [&](case_event e, errc code) {
      const status outcome = check(view, e, when);
      REQUIRE_FALSE(outcome.has_value());
      CHECK(outcome.error().code == code);
    };
    if (row.reason) {
      case_event e = event_for(row);
      e.reason.clear();
      refused(e, errc::invalid_input);
    }
    if (row.code == need::required) {
      case_event e = event_for(row);
      e.code.clear();
      refused(e, errc::invalid_input);
    }
    if (row.code == need::none) {
      case_event e = event_for(row);
      e.code = "extra";
      refused(e, errc::invalid_input);
    }
    if (row.moment == need::required) {
      case_event e = event_for(row);
      e.about_at = {};
      refused(e, errc::invalid_input);
    }
    if (row.with_charge) {
      case_event e = event_for(row);
      e.charge.reset();
      refused(e, errc::invalid_input);
    }
  }
}

TEST_CASE("lifecycle: each guard of each row refuses on its own") {
  const std::map<guard, std::function<void(case_view&, circumstances&)>> spoil = {
      {guard::prints_are_confirmed, [](auto& v, auto&) { v.prints_confirmed = false; }},
      {guard::second_examiner, [](auto& v, auto&) { v.opened.code = "somebody"; }},
      {guard::status_removable, [](auto& v, auto&) { v.status = "insufficient"; }},
      {guard::no_open_claim, [](auto& v, auto&) { v.claim_open = true; }},
      {guard::record_fresh, [](auto& v, auto&) { v.status_record_at = {start.ms - 366 * day_ms}; }},
      {guard::record_unchanged, [](auto& v, auto&) { v.record_changed = true; }},
      {guard::charge_present, [](auto& v, auto&) { v.known.offences.clear(); }},
      {guard::dispositions_known,
       [](auto& v, auto&) { v.known.offences[0].disposition = offence_disposition::charged; }},
      {guard::not_protected, [](auto& v, auto&) { v.victim_witness = true; }},
      {guard::rules_allow, [](auto&, auto& w) { w.rules = detainer_rule::conditional; }},
      {guard::rules_allow_condition, [](auto&, auto& w) { w.rules = detainer_rule::none; }},
      {guard::conviction_present,
       [](auto& v, auto&) { v.known.offences[0].disposition = offence_disposition::charged; }},
      {guard::convicted_where_needed,
       [](auto& v, auto&) {
         v.status = "removable-if-convicted";
         v.known.offences[0].disposition = offence_disposition::charged;
       }},
      {guard::final_order_known, [](auto& v, auto&) { v.status = "not-lawfully-present"; }},
      {guard::notice_given, [](auto& v, auto&) { v.notice_language.clear(); }},
      {guard::hearing_was_held, [](auto& v, auto&) { v.hearing_held = false; }},
      {guard::seat_held, [](auto& v, auto&) { v.holds.clear(); }},
      {guard::claim_is_open, [](auto& v, auto&) { v.claim_open = false; }},
      {guard::no_claim_yet, [](auto& v, auto&) { v.claim_open = true; }},
      {guard::another_decides, [](auto& v, auto&) { v.detainer_by = {"somebody"}; }},
      {guard::not_the_decider, [](auto& v, auto&) { v.claim_decided_by = "somebody"; }},
      {guard::another_says_so, [](auto& v, auto&) { v.gone_by = "somebody"; }},
      {guard::record_not_ahead, [](auto&, auto& w) { w.now = {-1}; }},
      {guard::release_is_near, [](auto&, auto& w) { w.now = {start.ms - 400 * day_ms}; }},
      {guard::offence_on_record, [](auto& v, auto&) { v.known.offences.clear(); }},
      {guard::fact_on_record, [](auto& v, auto&) { v.known.facts.clear(); }},
      {guard::flag_set, [](auto& v, auto&) { v.victim_witness = v.protected_person = false; }},
      {guard::flag_not_set, [](auto& v, auto&) { v.victim_witness = v.protected_person = true; }},
      {guard::clock_ended, [](auto&, auto& w) { w.clock_end = instant{start.ms + 1}; }},
      {guard::clock_not_over, [](auto&, auto& w) { w.clock_end = start; }},
      {guard::agency_has_custody, [](auto&, auto& w) { w.source = booking_source::parole; }},
      {guard::nobody_has_custody, [](auto&, auto& w) { w.source = booking_source::jail; }},
      {guard::not_taken_up, [](auto& v, auto&) { v.assignee = "another"; }},
      {guard::is_assignee, [](auto& v, auto&) { v.assignee = "another"; }},
      {guard::order_appealable, [](auto& v, auto&) { v.order_reviewed = true; }},
      {guard::appeal_in_time, [](auto& v, auto&) { v.ordered_at.ms -= appeal_days * day_ms + 1; }},
      {guard::counsel_on_record, [](auto& v, auto&) { v.counsel.clear(); }},
      {guard::counsel_was_told, [](auto& v, auto&) { v.counsel_told = false; }},
  };
  CHECK(spoil.size() == static_cast<std::size_t>(guard::counsel_was_told) + 1);
  std::set<guard> seen;
  for (const transition& row : transitions())
    for (guard g : row.guards) {
      seen.insert(g);
      CAPTURE(to_string(row.step));
      CAPTURE(to_string(g));
      case_view view = ready(row.from.front());
      set_claim(view, row);
      auto when = easy(row.by.empty() ? std::optional<role>() : row.by.front(), row);
      spoil.at(g)(view, when);
      const status refused = check(view, event_for(row), when);
      REQUIRE_FALSE(refused.has_value());
      CHECK(refused.error().message.find(to_string(g)) != std::string::npos);
    }
  CHECK(seen.size() == spoil.size());  // every guard guards something
}

TEST_CASE("lifecycle: what a step holds is given back, and nobody else can hold it meanwhile") {
  case_in_hand c = adjudicated_case();
  c.must(role::officer_287g, case_step::interview_booked, "VIDEO-1", {start.ms + hour_ms});
  REQUIRE(c.view.holds.size() == 1);
  const held_resource slot = c.view.holds.front();
  CHECK(slot.kind == resource_kind::interview_slot);
  case_in_hand other = adjudicated_case();
  other.when.is_taken = [&](const held_resource& wanted) { return wanted == slot; };
  const status refused =
      other.take(role::field_officer, case_step::interview_booked, "VIDEO-1", {start.ms + hour_ms});
  CHECK(refused.error().message.find("held by another case") != std::string::npos);
  CHECK(other.take(role::field_officer, case_step::interview_booked, "VIDEO-2",
                   {start.ms + hour_ms}));
  c.must(role::field_officer, case_step::interviewed);
  CHECK(c.view.holds.empty());
  // Whatever closes a case gives everything back.
  other.must(role::field_officer, case_step::died);
  CHECK(other.view.holds.empty());
}

TEST_CASE("lifecycle: from booking to removal, step by step, with bed, slot and seat") {
  case_in_hand c = detained_case();
  c.must(role::lea, case_step::notice_served, "es");
  c.must(role::lea, case_step::release_notified, {}, {start.ms + hour_ms});
  c.must(role::field_officer, case_step::taken_into_custody, "BED-7");
  CHECK(c.view.holds == std::vector<held_resource>{{resource_kind::bed, "BED-7", {}}});
  CHECK_FALSE(c.take(role::field_officer, case_step::charging_document_served, "NTA-1"));
  c.must_record({"1313", offence_class::felony, offence_disposition::convicted, 400});
  CHECK(c.view.known.offences.size() == 1);  // the disposition is the charge's
  c.must(role::field_officer, case_step::charging_document_served, "NTA-1");
  c.must(role::field_officer, case_step::hearing_booked, "COURT-2", {start.ms + 2 * day_ms});
  CHECK(c.view.holds.size() == 2);
  c.must(role::field_officer, case_step::hearing_held);
  CHECK(c.view.holds.size() == 1);
  c.must(role::field_officer, case_step::removal_ordered);
  CHECK_FALSE(
      c.take(role::field_officer, case_step::removed, "6-Deported/Removed - Deportability"));
  c.must(role::field_officer, case_step::transport_booked, "FLIGHT-9/12C", {start.ms + 9 * day_ms});
  c.must(role::field_officer, case_step::removed, "6-Deported/Removed - Deportability");
  CHECK(c.view.state == case_state::closed);
  CHECK(c.view.closing == "6-Deported/Removed - Deportability");
  CHECK(c.view.holds.empty());
  CHECK(fold(c.events).closing == c.view.closing);
}

TEST_CASE("lifecycle: taken up, handed over and put back by the one who has it") {
  case_in_hand c = opened_case();
  c.must(role::analyst, case_step::taken_up, {}, {}, "ann");
  CHECK(c.take(role::analyst, case_step::taken_up, {}, {}, "bob").error().code == errc::conflict);
  CHECK_FALSE(c.take(role::analyst, case_step::put_back, {}, {}, "bob"));
  c.must(role::analyst, case_step::handed_over, "bob", {}, "ann");
  CHECK(c.view.assignee == "bob");
  c.must(role::analyst, case_step::put_back, {}, {}, "bob");
  CHECK(c.view.assignee.empty());
}
