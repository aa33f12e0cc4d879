// Histories of the public record, told as a domain reader would check them.
#include "actors/casework/case_settings.hpp"
#include "actors/casework/clocks.hpp"
#include "actors/casework/disclosure.hpp"
#include "tests/actors/casework/lifecycle_support.hpp"

using namespace whorl;
using namespace whorl::casework;
using namespace whorl::casework::test;
using actors::role;

namespace {

/// The rules of that day decide whether a detainer may be asked for.
void under_rules_of(case_in_hand& c, const char* day) {
  case_settings settings = usual_settings();
  settings.as_of = day;
  c.when.rules = rule_case(settings, "TX0000001", c.when.now, c.view).follows.detainer;
}
int level_of(const case_in_hand& c, const char* day) {
  case_settings settings = usual_settings();
  settings.as_of = day;
  return rule_case(settings, "TX0000001", c.when.now, c.view).level;
}

}  // namespace

TEST_CASE("history: a lawful resident with a minor offence goes free of the case") {
  case_in_hand c;
  case_event opened;
  opened.step = case_step::opened;
  opened.charge = offence{"5404", offence_class::misdemeanour, offence_disposition::charged, -1};
  REQUIRE(c.take(std::nullopt, opened, "whorl").has_value());
  c.must({}, case_step::iaq_queued);
  c.must(role::examiner, case_step::prints_confirmed);
  c.must(role::analyst, case_step::status_found, "lawful", {start.ms - day_ms});
  CHECK(c.view.closing == "lawful");
  under_rules_of(c, "20111122");
  CHECK_FALSE(c.take(role::field_officer, case_step::detainer_issued).has_value());
}

TEST_CASE("history: a citizen naturalised as a child whose record was never updated") {
  // The record is of twenty years ago and says what was so then.
  case_in_hand c = opened_case();
  c.must(role::examiner, case_step::prints_confirmed);
  c.must(role::analyst, case_step::status_found, "not-lawfully-present",
         {start.ms - 20 * 365 * day_ms});
  CHECK_FALSE(c.take(role::field_officer, case_step::detainer_issued).has_value());  // stale
  c.must(role::field_officer, case_step::interview_booked, "VIDEO-3", {start.ms + hour_ms});
  // At the interview the person says so; the case holds until somebody has looked.
  c.must(role::field_officer, case_step::citizenship_claimed);
  c.must(role::field_officer, case_step::interviewed);
  CHECK_FALSE(c.take(role::field_officer, case_step::detainer_issued).has_value());
  c.must(role::analyst, case_step::claim_decided, "citizen");
  CHECK(c.view.state == case_state::closed);
  CHECK(c.view.closing == "citizen");
}

TEST_CASE("history: a convicted felon with a prior removal is removed again") {
  case_in_hand c = opened_case();
  c.must(role::examiner, case_step::prints_confirmed);
  c.must(role::analyst, case_step::status_found, "prior-removal", {start.ms - day_ms});
  c.must_record({"1313", offence_class::felony, offence_disposition::convicted, 400});
  c.must(role::analyst, case_step::fact_recorded, "final_order", {}, "ann");
  for (const char* day : {"20081101", "20110401", "20130101"}) CHECK(level_of(c, day) == 1);
  under_rules_of(c, "20110401");
  c.must(role::field_officer, case_step::detainer_issued);
  c.must(role::lea, case_step::notice_served, "es");
  c.must(role::lea, case_step::release_notified, {}, start);
  c.must(role::field_officer, case_step::taken_into_custody, "BED-1");
  c.must(role::field_officer, case_step::removal_ordered);  // the earlier order is reinstated
  c.must(role::field_officer, case_step::transport_booked, "FLIGHT-1/1A", {start.ms + 9 * day_ms});
  c.must(role::field_officer, case_step::removed, "6-Deported/Removed - Deportability");
  CHECK(c.view.state == case_state::closed);
}

TEST_CASE("history: charged and not convicted, under the rules of 2008, 2011 and 2012") {
  case_in_hand c = adjudicated_case();  // a felony assault, charged; not lawfully present
  struct answer {
    const char* day;
    int level;
    bool detainer, conditional;
  };
  for (const answer& a : {answer{"20081101", 1, true, true}, answer{"20110401", 0, false, true},
                          answer{"20130101", 1, true, true}}) {
    CAPTURE(a.day);
    CHECK(level_of(c, a.day) == a.level);
    case_in_hand now = c;
    under_rules_of(now, a.day);
    CHECK(now.take(role::field_officer, case_step::detainer_issued).has_value() == a.detainer);
    now = c;
    under_rules_of(now, a.day);
    CHECK(now.take(role::field_officer, case_step::conditional_detainer_issued).has_value() ==
          a.conditional);
  }
  // A misdemeanour that is only charged parts 2008 from 2012 as well.
  case_in_hand minor;
  case_event opened;
  opened.step = case_step::opened;
  opened.charge = offence{"2303", offence_class::misdemeanour, offence_disposition::charged, -1};
  REQUIRE(minor.take(std::nullopt, opened, "whorl").has_value());
  minor.must(role::examiner, case_step::prints_confirmed);
  minor.must(role::analyst, case_step::status_found, "not-lawfully-present", {start.ms - day_ms});
  CHECK(level_of(minor, "20081101") == 2);
  CHECK(level_of(minor, "20110401") == 0);
  CHECK(level_of(minor, "20130101") == 0);
  under_rules_of(minor, "20130101");
  CHECK_FALSE(minor.take(role::field_officer, case_step::conditional_detainer_issued).has_value());
}

TEST_CASE("history: released on a Friday evening before a federal holiday") {
  case_in_hand c = detained_case();
  const instant friday_18h{
      1'315'004'400'000};  // 2011-09-02 23:00Z, 18:00 in Texas; Labor Day follows
  c.must(role::lea, case_step::release_notified, {}, friday_18h);
  const auto end = detainer_end(c.view, zone_of_state("TX"));
  REQUIRE(end->has_value());
  CHECK(to_string(**end) == "2011-09-07T23:00:00.000Z");  // Wednesday 18:00, five days on
  c.when.clock_end = *end;
  c.when.now = {(*end)->ms - 1};
  CHECK_FALSE(c.take(std::nullopt, case_step::detainer_expired).has_value());
  c.when.now = **end;
  CHECK(c.take(std::nullopt, case_step::detainer_expired).has_value());
}

TEST_CASE("history: an agency in a state that cannot receive second responses") {
  case_settings settings = usual_settings();
  settings.cannot_receive.insert("NJ");
  CHECK_FALSE(can_receive(settings, "NJ0000001"));
  CHECK(can_receive(settings, "TX0000001"));
  const disclosure_case of{jurisdiction_mode::full, can_receive(settings, "NJ0000001"), false};
  CHECK_FALSE(may_know(role::lea, item::status_answer, of).allowed);
  CHECK_FALSE(may_know(role::sib, item::no_match, of).allowed);
  CHECK(may_know(role::lea, item::criminal_answer, of).allowed);
  CHECK(may_know(role::field_officer, item::status_answer, of).allowed);
}

TEST_CASE("history: an offence that is dismissed after the match allows no detainer any more") {
  case_in_hand c = adjudicated_case();
  c.must_record({"1313", offence_class::felony, offence_disposition::dismissed, -1});
  CHECK(c.view.known.offences.size() == 1);
  CHECK(level_of(c, "20081101") == 0);
  under_rules_of(c, "20081101");
  CHECK_FALSE(c.take(role::field_officer, case_step::detainer_issued).has_value());
}
