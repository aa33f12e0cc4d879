#include "sim/rollout/explanation.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/counties.hpp"

using namespace whorl;
using namespace whorl::rollout;

TEST_CASE("explanation: says every parameter with its mark and source, and the rules") {
  const scenario& s = usual_scenario();
  const casework::case_settings rules = casework::usual_settings();
  const std::string text = explanation(s, rules);
  for (const parameter_info& p : parameters()) {
    CAPTURE(p.name);
    const std::size_t at = text.find("  " + std::string(p.name) + " = ");
    REQUIRE(at != std::string::npos);
    const origin& from = s.origins.find(p.name)->second;
    const std::size_t mark = text.find("[" + std::string(1, from.mark) + "] " + from.source, at);
    CHECK(mark != std::string::npos);
  }
  for (const rules_span& one : rules_by_date(s, rules))
    CHECK(text.find(one.rules->version + " from ") != std::string::npos);
  for (const auto& [table, from] : s.tables) CHECK(text.find(from.source) != std::string::npos);
  for (const offence_kind& kind : s.offences) CHECK(text.find(kind.name) != std::string::npos);
}

TEST_CASE("explanation: which rules are in force when, for how many counties") {
  const scenario& s = usual_scenario();
  casework::case_settings rules = casework::usual_settings();
  const auto usual = rules_by_date(s, rules);
  REQUIRE(usual.size() == 4);
  CHECK(usual.front().from == s.from);
  CHECK(usual.back().until == s.to);
  for (std::size_t i = 0; i < usual.size(); ++i) {
    CHECK(usual[i].counties == counties().size());
    if (i > 0) CHECK(usual[i].from == usual[i - 1].until);
  }
  CHECK(day_text(usual[1].from) == "2010-06-30");

  // A state's own rules from 2011 on: the others' go on for the others.
  casework::rule_set own = rules.rules.front();
  own.version = "own";
  own.effective = "20110101";
  own.scope = {"CA"};
  rules.rules.push_back(own);
  const auto mixed = rules_by_date(s, rules);
  const auto of_own = std::ranges::find_if(
      mixed, [](const rules_span& one) { return one.rules->version == "own"; });
  REQUIRE(of_own != mixed.end());
  CHECK(of_own->counties == 58);
  CHECK(day_text(of_own->from) == "2011-01-01");

  rules.as_of = "20090101";
  const auto fixed = rules_by_date(s, rules);
  REQUIRE(fixed.size() == 1);
  CHECK(fixed[0].rules->effective == "20081027");
}
