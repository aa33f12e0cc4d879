#include "sim/rollout/rule_table.hpp"

#include <doctest/doctest.h>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/random_stream.hpp"

using namespace whorl;
using namespace whorl::rollout;

TEST_CASE("rule table: says what casework::rule_case says, on every day of the rules") {
  const casework::case_settings settings = casework::usual_settings();
  const scenario& s = usual_scenario();
  rule_table table(settings, s, counties());
  random_stream chance(11);
  for (const char* text : {"2008-10-26", "2008-10-27", "2010-06-29", "2010-06-30", "2011-03-02",
                           "2012-12-20", "2012-12-21", "2013-07-01"}) {
    CAPTURE(text);
    const std::int32_t day = parse_day(text).value();
    table.set_day(day);
    for (int i = 0; i < 3000; ++i) {
      rule_facts f;
      f.offence = static_cast<std::uint8_t>(chance.index(16));
      f.class_known = chance.chance(0.7);
      f.felony = chance.chance(0.5);
      f.disposition = std::array{offence_disposition::charged, offence_disposition::convicted,
                                 offence_disposition::dismissed}[chance.index(3)];
      f.long_sentence = chance.chance(0.5);
      f.prior_offence = static_cast<std::uint8_t>(chance.index(16));
      f.prior_felonies = static_cast<std::uint8_t>(chance.index(3));
      f.prior_misdemeanours = static_cast<std::uint8_t>(chance.index(4));
      f.status = static_cast<found_status>(chance.index(8));
      const std::size_t place = chance.index(3142);
      casework::case_view view;
      view.status = code_of(f.status);
      view.known.offences = priors_of(f, s);
      view.known.offences.push_back(charge_of(f, s));
      const auto wanted =
          casework::rule_case(settings, counties()[place].ori, instant{begin_of(day)}, view);
      const auto got = table.ask(place, f);
      REQUIRE(got.level == wanted.level);
      REQUIRE(got.detainer == wanted.follows.detainer);
      REQUIRE(got.due_ms == wanted.follows.answer_due_minutes * minute_ms);
    }
  }
}

TEST_CASE("rule table: sentences as rules see them are the scenario's") {
  scenario s = usual_scenario();
  s.values.recorded_long_days = 501;
  s.values.recorded_felony_days = 101;
  s.values.recorded_misdemeanour_days = 11;
  s.values.recorded_prior_felony_days = 102;
  s.values.recorded_prior_misdemeanour_days = 12;
  rule_facts f;
  f.felony = f.long_sentence = true;
  CHECK(charge_of(f, s).sentence_days == -1);  // charged alone
  f.disposition = offence_disposition::convicted;
  CHECK(charge_of(f, s).sentence_days == 501);
  f.long_sentence = false;
  CHECK(charge_of(f, s).sentence_days == 101);
  f.felony = false;
  CHECK(charge_of(f, s).sentence_days == 11);
  f.prior_felonies = f.prior_misdemeanours = 1;
  const auto priors = priors_of(f, s);
  REQUIRE(priors.size() == 2);
  CHECK(priors[0].sentence_days == 102);
  CHECK(priors[1].sentence_days == 12);
}
