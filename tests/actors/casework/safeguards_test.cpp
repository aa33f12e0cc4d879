// Each failure of the real system (DOMAIN section 5) has its safeguard; each test fails without it.
#include "actors/casework/clocks.hpp"
#include "actors/casework/queue.hpp"
#include "messages/limits.hpp"
#include "tests/actors/casework/lifecycle_support.hpp"

using namespace whorl;
using namespace whorl::casework;
using namespace whorl::casework::test;
using actors::role;

TEST_CASE("safeguard: no detainer before an examiner has confirmed the prints") {
  case_in_hand c = opened_case();
  c.must(role::analyst, case_step::status_found, "final-order", {start.ms - day_ms});
  CHECK(
      says(refusal(c.take(role::field_officer, case_step::detainer_issued)), "confirm the prints"));
  c.must(role::examiner, case_step::prints_confirmed);
  CHECK(c.take(role::field_officer, case_step::detainer_issued).has_value());
}

TEST_CASE("safeguard: a review is confirmed by another examiner than the one who decided it") {
  case_in_hand c = opened_case("kim");
  CHECK(says(refusal(c.take(role::examiner, case_step::prints_confirmed, {}, {}, "kim")),
             "another examiner"));
  CHECK(c.take(role::examiner, case_step::prints_confirmed, {}, {}, "lee").has_value());
}

TEST_CASE("safeguard: someone else's match ends the case") {
  case_in_hand c = detained_case();
  c.must(role::examiner, case_step::prints_refuted);
  CHECK(c.view.state == case_state::closed);
  CHECK(c.view.closing == "prints_refuted");
}

TEST_CASE("safeguard: a claim of citizenship blocks a detainer and goes to a person") {
  case_in_hand c = adjudicated_case();
  c.must(role::lea, case_step::citizenship_claimed);
  CHECK(says(refusal(c.take(role::field_officer, case_step::detainer_issued)), "claim"));
  CHECK(queues_of(c.view).front() == queue_kind::claims);
  c.must(role::analyst, case_step::claim_decided, "citizen");
  CHECK(c.view.state == case_state::closed);
  CHECK(c.view.closing == "citizen");
}

TEST_CASE("safeguard: a claim of citizenship suspends a detainer and buys no second 48 hours") {
  case_in_hand c = detained_case();
  c.must(role::lea, case_step::release_notified, {}, {start.ms});
  const auto end = *detainer_end(c.view, "America/Chicago");
  REQUIRE(end.has_value());
  c.must(role::sib, case_step::citizenship_claimed);
  CHECK(is_suspended(c.view));
  CHECK_FALSE(c.take(role::field_officer, case_step::taken_into_custody, "BED-1"));
  // Neither who issued the detainer nor who brought the claim finds it not shown.
  for (const char* who : {"officer", "somebody"})
    CHECK(says(refusal(c.take(role::field_officer, case_step::claim_decided, "not-shown", {}, who)),
               "does not find it not shown"));
  c.must(role::analyst, case_step::claim_decided, "not-shown", {}, "ann");
  CHECK_FALSE(is_suspended(c.view));
  // The hours ran on: a claim makes nobody wait for longer.
  CHECK(*detainer_end(c.view, "America/Chicago") == end);
  CHECK(c.take(role::field_officer, case_step::taken_into_custody, "BED-1").has_value());
}

TEST_CASE("safeguard: who found a claim not shown does not issue the detainer") {
  case_in_hand c = adjudicated_case();
  c.must(role::lea, case_step::citizenship_claimed);
  c.must(role::field_officer, case_step::claim_decided, "not-shown", {}, "officer");
  CHECK(says(refusal(c.take(role::field_officer, case_step::detainer_issued, {}, {}, "officer")),
             "found the claim not shown"));
  CHECK(c.take(role::field_officer, case_step::detainer_issued, {}, {}, "other").has_value());
}

TEST_CASE("safeguard: lawful and not removable ends the case, whatever was decided before") {
  for (const char* status : {"lawful", "citizen"}) {
    case_in_hand c = detained_case();
    c.must(role::analyst, case_step::status_found, status);
    CHECK(c.view.state == case_state::closed);
    CHECK(c.view.closing == status);
  }
}

TEST_CASE("safeguard: status is a required part of every outcome") {
  case_in_hand c = opened_case();
  c.must(role::examiner, case_step::prints_confirmed);
  CHECK(says(refusal(c.take(role::field_officer, case_step::detainer_issued)), "awaiting_status"));
}

TEST_CASE("safeguard: a stale record forces an interview first") {
  case_in_hand c = opened_case();
  c.must(role::examiner, case_step::prints_confirmed);
  c.must(role::analyst, case_step::status_found, "not-lawfully-present", {start.ms - 400 * day_ms});
  CHECK(says(refusal(c.take(role::field_officer, case_step::detainer_issued)), "too old"));
  case_event detainer;
  detainer.step = case_step::detainer_issued;
  detainer.reason = "because";
  c.when.role = role::field_officer;
  c.when.stale_after_days = 500;  // configurable
  CHECK(check(c.view, detainer, c.when).has_value());
  c.when.stale_after_days = 365;
  c.must(role::field_officer, case_step::interview_booked, "VIDEO-1", {start.ms + hour_ms});
  c.must(role::field_officer, case_step::interviewed);
  CHECK(c.take(role::field_officer, case_step::detainer_issued).has_value());
}

TEST_CASE("safeguard: no record or insufficient is looked up again after an interview") {
  case_in_hand c = opened_case();
  c.must(role::examiner, case_step::prints_confirmed);
  c.must(role::analyst, case_step::status_found, "insufficient", {start.ms - day_ms});
  c.must(role::field_officer, case_step::interview_booked, "VIDEO-1", {start.ms + hour_ms});
  c.must(role::field_officer, case_step::interviewed);
  CHECK(says(refusal(c.take(role::field_officer, case_step::detainer_issued)), "status"));
  c.must(role::analyst, case_step::status_found, "not-lawfully-present", {start.ms});
  CHECK(c.take(role::field_officer, case_step::detainer_issued).has_value());
}

TEST_CASE("safeguard: a corrected record must be looked up again before anything else") {
  case_in_hand c = detained_case();
  c.must({}, case_step::record_changed);
  CHECK(says(refusal(c.take(role::field_officer, case_step::taken_into_custody, "BED-1")),
             "corrected"));
  const auto queues = queues_of(c.view);
  CHECK(std::find(queues.begin(), queues.end(), queue_kind::operations_centre) != queues.end());
  c.must(role::analyst, case_step::status_found, "final-order", {start.ms});
  CHECK(c.take(role::field_officer, case_step::taken_into_custody, "BED-1").has_value());
}

TEST_CASE("safeguard: a missing charge blocks a detainer, a missing disposition what follows") {
  case_in_hand c;
  case_event opened;
  opened.step = case_step::opened;
  opened.charge =
      offence{"0399", {}, offence_disposition::charged, -1};  // the booking said nothing
  REQUIRE(c.take(std::nullopt, opened, "whorl").has_value());
  c.must(role::examiner, case_step::prints_confirmed);
  c.must(role::analyst, case_step::status_found, "final-order", {start.ms - day_ms});
  CHECK(says(refusal(c.take(role::field_officer, case_step::detainer_issued)), "charge"));
  c.must_record({"1313", offence_class::felony, offence_disposition::charged, -1});
  CHECK(c.take(role::field_officer, case_step::detainer_issued).has_value());
  c.must(role::field_officer, case_step::taken_into_custody, "BED-1");
  CHECK(says(refusal(c.take(role::field_officer, case_step::charging_document_served, "NTA")),
             "became of each charge"));
}

TEST_CASE("safeguard: victims, witnesses and protected persons get no detainer") {
  for (const char* flag : {"victim-witness", "protected"}) {
    case_in_hand c = adjudicated_case();
    c.must(role::lea, case_step::flagged, flag);
    CHECK(says(refusal(c.take(role::field_officer, case_step::detainer_issued)), "victim"));
  }
}

TEST_CASE("safeguard: charged and not convicted gets a conditional detainer at most") {
  case_in_hand c = adjudicated_case("removable-if-convicted");
  CHECK(says(refusal(c.take(role::field_officer, case_step::detainer_issued)), "rules in force"));
  c.when.rules = detainer_rule::conditional;
  c.must(role::field_officer, case_step::conditional_detainer_issued);
  c.when.rules = detainer_rule::allowed;
  CHECK(says(refusal(c.take(role::field_officer, case_step::detainer_activated)), "conviction"));
  c.must_record({"1313", offence_class::felony, offence_disposition::convicted, 400});
  c.must(role::field_officer, case_step::detainer_activated);
  CHECK(c.view.state == case_state::detainer);
}

TEST_CASE("safeguard: discretion is a step with a reason") {
  case_in_hand c = adjudicated_case();
  case_event e;
  e.step = case_step::no_action;
  CHECK(says(refusal(c.take(role::field_officer, e)), "reason"));
  e.reason = "a parent of three, an old offence";
  CHECK(c.take(role::field_officer, e).has_value());
  CHECK(c.events.back().reason == "a parent of three, an old offence");
}

TEST_CASE("safeguard: the notice to the person names its language") {
  case_in_hand c = detained_case();
  CHECK(says(refusal(c.take(role::lea, case_step::notice_served)), "code"));
  c.must(role::lea, case_step::notice_served, "es");
  CHECK(c.view.notice_language == "es");
}

TEST_CASE("safeguard: no lower level starves: whoever waits long enough is first") {
  CHECK(rc::check([] {
    work_item waits;
    waits.which = {1};
    waits.level = static_cast<std::uint8_t>(*rc::gen::inRange(0, 4));
    waits.waits_since = start;
    if (*rc::gen::arbitrary<bool>())
      waits.deadline = {start.ms + *rc::gen::inRange(0, 900) * hour_ms};
    // Four days on, nobody who comes from now on goes before it, however grave and however urgent.
    const instant now{start.ms + 4 * day_ms + *rc::gen::inRange<std::int64_t>(0, 90 * day_ms)};
    work_item comes;
    comes.which = {2};
    comes.level = static_cast<std::uint8_t>(*rc::gen::inRange(0, 4));
    comes.waits_since = now;
    comes.deadline = {now.ms + 1};
    RC_ASSERT(goes_before(waits, comes, now));
    // And it stays before it at every later moment but for the order of their deadlines.
    const instant later{now.ms + *rc::gen::inRange<std::int64_t>(0, 90 * day_ms)};
    RC_ASSERT(effective_level(waits, later) <= effective_level(comes, later));
  }));
}

TEST_CASE("safeguard: what holds a person is asked again at custody, charge, order and removal") {
  struct spoiled {
    const char* says;
    std::function<void(case_in_hand&)> by;
  };
  const spoiled all[] = {
      {"victim, witness",
       [](case_in_hand& c) { c.must(role::lea, case_step::flagged, "protected"); }},
      {"claim", [](case_in_hand& c) { c.must(role::lea, case_step::citizenship_claimed); }},
      {"corrected", [](case_in_hand& c) { c.must({}, case_step::record_changed); }},
      {"too old", [](case_in_hand& c) { c.when.now.ms += 366 * day_ms; }},
      {"after a conviction",
       [](case_in_hand& c) {
         c.must(role::analyst, case_step::status_found, "removable-if-convicted", c.when.now);
         c.must(role::field_officer, case_step::offence_withdrawn, "1313");
         c.must_record({"1313", offence_class::felony, offence_disposition::charged, -1});
       }},
      {"charge with its offence code",
       [](case_in_hand& c) { c.must(role::field_officer, case_step::offence_withdrawn, "1313"); }},
  };
  for (const spoiled& each : all) {
    CAPTURE(each.says);
    case_in_hand c = detained_case();
    c.must_record({"1313", offence_class::felony, offence_disposition::convicted, 400});
    const auto refused_then_taken = [&](case_step step, const char* code, instant about = {}) {
      case_in_hand spoilt = c;
      each.by(spoilt);
      CAPTURE(to_string(step));
      CHECK(says(refusal(spoilt.take(role::field_officer, step, code, about)), each.says));
      c.must(role::field_officer, step, code, about);
    };
    c.must(role::lea, case_step::notice_served, "es");
    refused_then_taken(case_step::taken_into_custody, "BED-1");
    refused_then_taken(case_step::charging_document_served, "NTA-1");
    c.must(role::field_officer, case_step::hearing_booked, "COURT-1", {start.ms + day_ms});
    c.must(role::field_officer, case_step::hearing_held);
    refused_then_taken(case_step::removal_ordered, "");
    refused_then_taken(case_step::transport_booked, "SEAT-1", {start.ms + day_ms});
    refused_then_taken(case_step::removed, "6-Deported/Removed - Deportability");
  }
}

TEST_CASE("safeguard: an order rests on another person's word, and the person was told") {
  case_in_hand c = detained_case();
  c.must_record({"1313", offence_class::felony, offence_disposition::convicted, 400});
  c.must(role::field_officer, case_step::fact_recorded, "final_order", {}, "officer");
  c.must(role::field_officer, case_step::taken_into_custody, "BED-1");
  CHECK(says(refusal(c.take(role::field_officer, case_step::removal_ordered, {}, {}, "other")),
             "not told"));
  c.must(role::field_officer, case_step::notice_served, "es");
  CHECK(says(refusal(c.take(role::field_officer, case_step::removal_ordered, {}, {}, "officer")),
             "by another person"));
  CHECK(c.take(role::field_officer, case_step::removal_ordered, {}, {}, "other").has_value());
}

TEST_CASE(
    "safeguard: one offence counts once, however often it is recorded, and can be withdrawn") {
  case_in_hand c = opened_case();
  const offence convicted{"1313", offence_class::felony, offence_disposition::convicted, 400};
  for (int i = 0; i < 3; ++i) c.must_record(convicted);
  CHECK(c.view.known.offences.size() == 1);
  // What a later record does not say stays.
  c.must_record({"1313", {}, offence_disposition::dismissed, -1});
  CHECK(c.view.known.offences[0].kind == offence_class::felony);
  CHECK(c.view.known.offences[0].disposition == offence_disposition::dismissed);
  offence second = convicted;
  second.count = "2";
  c.must_record(second);
  CHECK(c.view.known.offences.size() == 2);
  c.must(role::analyst, case_step::offence_withdrawn, "1313#2");
  CHECK(c.view.known.offences.size() == 1);
  CHECK(says(refusal(c.take(role::analyst, case_step::offence_withdrawn, "1313#2")),
             "no such offence"));
  c.must(role::field_officer, case_step::fact_recorded, "threat");
  c.must(role::analyst, case_step::fact_withdrawn, "threat");
  CHECK(c.view.known.facts.empty());
}

TEST_CASE("safeguard: a flag is lifted by an analyst alone, with a reason") {
  case_in_hand c = detained_case();
  c.must(role::lea, case_step::flagged, "victim-witness");
  CHECK(is_suspended(c.view));
  CHECK(c.take(role::field_officer, case_step::flag_lifted, "victim-witness").error().code ==
        errc::forbidden);
  c.must(role::analyst, case_step::flag_lifted, "victim-witness");
  CHECK_FALSE(is_suspended(c.view));
}

TEST_CASE("safeguard: remarks are of a limited number, and nothing that protects is in their way") {
  case_in_hand c = detained_case();
  for (std::size_t i = 0; i < limits::case_remarks_max; ++i) c.must(role::lea, case_step::note);
  CHECK(c.take(role::lea, case_step::note).error().code == errc::limit_exceeded);
  c.must(role::lea, case_step::note, {}, {}, "another");
  for (int i = 0; c.view.steps < limits::case_steps_max + limits::case_remarks_max + 1; ++i)
    c.must(role::examiner, i % 2 == 0 ? case_step::taken_up : case_step::put_back);
  CHECK(c.take(role::examiner, case_step::taken_up).error().code == errc::limit_exceeded);
  c.must(role::lea, case_step::release_notified, {}, start, "another");
  c.when.clock_end = start;
  c.must(role::lea, case_step::citizenship_claimed);
  c.must({}, case_step::detainer_expired);
  c.must(role::field_officer, case_step::corrected);
}

TEST_CASE(
    "safeguard: a status record of a day to come is refused, and an old interview helps not") {
  case_in_hand c = opened_case();
  c.must(role::examiner, case_step::prints_confirmed);
  CHECK(says(
      refusal(c.take(role::analyst, case_step::status_found, "final-order", {start.ms + day_ms})),
      "a day to come"));
  c.must(role::analyst, case_step::status_found, "insufficient", {start.ms - day_ms});
  c.must(role::field_officer, case_step::interview_booked, "VIDEO-1", {start.ms + hour_ms});
  c.must(role::field_officer, case_step::interviewed);
  c.when.now.ms += hour_ms;
  c.must(role::analyst, case_step::status_found, "final-order", {start.ms - 400 * day_ms});
  CHECK(says(refusal(c.take(role::field_officer, case_step::detainer_issued)), "too old"));
}

TEST_CASE("safeguard: a blank is no reason") {
  case_in_hand c = adjudicated_case();
  case_event e;
  e.step = case_step::no_action;
  e.reason = " \t ";
  CHECK(says(refusal(c.take(role::field_officer, e)), "reason"));
}
