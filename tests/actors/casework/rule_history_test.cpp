#include "actors/casework/rule_history.hpp"

#include <doctest/doctest.h>

#include "tests/actors/casework/lifecycle_support.hpp"

using namespace whorl;
using namespace whorl::casework;
using namespace whorl::casework::test;

namespace {

constexpr std::string_view agency = "TXSO00071";

case_event at(case_step step, std::int64_t days, std::uint8_t level, std::string rules) {
  case_event e;
  e.step = step;
  e.at = {start.ms + days * day_ms};  // from 2011-11-22 on
  e.level = level;
  e.rule_set = std::move(rules);
  return e;
}

}  // namespace

TEST_CASE("rules: a case is opened under one set and decided under the next, each said with why") {
  const case_settings settings = usual_settings();
  const std::vector<case_event> events = {
      at(case_step::opened, 0, 2, "2011-03"), at(case_step::iaq_queued, 0, 2, "2011-03"),
      at(case_step::status_found, 30, 1, "2011-03"), at(case_step::note, 40, 1, "2011-03"),
      at(case_step::detainer_issued, 400, 1, "2012-12")};
  const auto uses = rule_history(settings, agency, events);
  REQUIRE(uses.size() == 3);
  CHECK(uses[0].step == case_step::opened);
  CHECK(uses[0].decided == "level, and when an answer is due");
  CHECK(uses[0].version == "2011-03");
  CHECK(uses[0].effective == "20110302");
  CHECK(says(uses[0].because, "in force for TXSO00071 on 2011-11-22"));
  CHECK(says(uses[0].because, "after 2008-10, 2010-06"));
  CHECK(uses[1].step == case_step::status_found);
  CHECK(uses[1].level == 1);
  CHECK(uses[2].version == "2012-12");
  CHECK(uses[2].effective == "20121221");
  CHECK(says(uses[2].decided.c_str(), "detainer"));
  CHECK(says(uses[2].because, "on 2012-12-26"));
}

TEST_CASE("rules: each step goes by the set of its own day, whatever the case was opened under") {
  const case_settings settings = usual_settings();
  const evidence known{{}, {"removable", "final_order"}};
  const instant before{start.ms}, after{start.ms + 400 * day_ms};
  CHECK(rule(settings, agency, before, known).rule_set == "2011-03");
  const ruled now = rule(settings, agency, after, known);
  CHECK(now.rule_set == "2012-12");
  CHECK(now.follows.detainer == detainer_rule::allowed);
  CHECK(now.follows != rule(settings, agency, before, known).follows);
}

TEST_CASE("rules: what whorl.toml does not say any more is said as it was recorded") {
  case_settings settings = usual_settings();
  const auto why = [&](const char* version) {
    const std::vector<case_event> one = {at(case_step::opened, 0, 1, version)};
    return rule_history(settings, agency, one).at(0).because;
  };
  CHECK(says(why("our-county"),
             "does not name any more; by whorl.toml of today it would be 2011-03"));
  CHECK(why("2010-06") == "as it was recorded; by whorl.toml of today it would be 2011-03");
  settings.as_of = "20100701";
  CHECK(says(why("2010-06"), "rules.as_of of whorl.toml asks for the rules of 2010-07-01"));
  settings.rules.clear();
  CHECK(says(why("none"), "had begun"));
}
