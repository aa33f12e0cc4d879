#include "actors/casework/rule_set.hpp"

#include <algorithm>

#include "tests/actors/casework/rules_support.hpp"

using namespace whorl;
using namespace whorl::casework;
using namespace whorl::casework::test;

namespace {

constexpr auto felony = offence_class::felony;
constexpr auto misdemeanour = offence_class::misdemeanour;
constexpr auto charged = offence_disposition::charged;
constexpr auto convicted = offence_disposition::convicted;

int level(std::string_view version, std::vector<offence> offences,
          std::set<std::string, std::less<>> facts = {}) {
  return evaluate(shipped(version), {std::move(offences), std::move(facts)}).level;
}

/// none counts as the least grave.
int gravity(std::uint8_t level) { return level == 0 ? 0 : 4 - level; }

}  // namespace

TEST_CASE("rules: charged and not convicted of assault has three answers under three sets") {
  const std::vector<offence> assault = {{"1313", felony, charged, -1}};
  CHECK(level("2008-10", assault, {"removable"}) == 1);
  CHECK(level("2011-03", assault, {"removable"}) == 0);
  CHECK(level("2012-12", assault, {"removable"}) == 1);
  // A misdemeanour that is only charged: the set of 2012 asks for a conviction.
  const std::vector<offence> minor = {{"1313", misdemeanour, charged, -1}};
  CHECK(level("2008-10", minor, {"removable"}) == 1);
  CHECK(level("2011-03", minor, {"removable"}) == 0);
  CHECK(level("2012-12", minor, {"removable"}) == 0);
}

TEST_CASE("rules 2008: by kind of offence; drugs by their sentence") {
  CHECK(level("2008-10", {{"0999", felony, charged, -1}}) == 1);
  CHECK(level("2008-10", {{"2202", felony, charged, -1}}) == 2);
  CHECK(level("2008-10", {{"7399", misdemeanour, charged, -1}}) == 3);
  CHECK(level("2008-10", {{"3562", felony, convicted, 365}}) == 2);
  CHECK(level("2008-10", {{"3562", felony, convicted, 366}}) == 1);
  CHECK(level("2008-10", {}) == 0);
}

TEST_CASE("rules 2010 and 2011: convictions by number and class") {
  for (const char* version : {"2010-06", "2011-03"}) {
    CAPTURE(version);
    const offence burglary{"2202", felony, convicted, 100},
        theft{"2303", misdemeanour, convicted, 9};
    CHECK(level(version, {theft}) == 3);
    CHECK(level(version, {theft, theft}) == 3);
    CHECK(level(version, {theft, theft, theft}) == 2);
    CHECK(level(version, {burglary}) == 2);
    CHECK(level(version, {burglary, burglary}) == 1);
    CHECK(level(version, {{"2202", felony, convicted, 365}}) == 1);
    CHECK(level(version, {{"0999", felony, convicted, -1}}) == 1);
    CHECK(level(version, {{"0999", felony, offence_disposition::dismissed, -1}}) == 0);
  }
}

TEST_CASE("rules 2012: nothing without being removable, a final order is enough with it") {
  CHECK(level("2012-12", {{"0999", felony, convicted, 900}}) == 0);
  CHECK(level("2012-12", {{"0999", felony, convicted, 900}}, {"removable"}) == 1);
  CHECK(level("2012-12", {}, {"removable"}) == 0);
  for (const char* fact : {"final_order", "re_entry", "illegal_entry", "fraud", "threat"})
    CHECK(level("2012-12", {}, {"removable", fact}) == 1);
  const auto ruling = evaluate(shipped("2012-12"), {});
  CHECK(ruling.missing == std::vector<std::string>{"removable"});
}

TEST_CASE("rules: an unknown class counts for nothing, and the ruling says that it might") {
  const auto ruling = evaluate(shipped("2011-03"), {{{"0999", {}, convicted, -1}}, {}});
  CHECK(ruling.level == 0);
  bool said = false;
  for (const finding& f : ruling.findings)
    if (f.what->name == "a felony") said = f.undecided.size() == 1 && !f.holds;
  CHECK(said);
}

TEST_CASE("rules: total, deterministic, monotone in offences and facts, independent of order") {
  CHECK(rc::check([] {
    for (const char* version : {"2008-10", "2010-06", "2011-03", "2012-12", "example-custom"}) {
      const rule_set& rules = shipped(version);
      const evidence known = any_evidence();
      const ruling first = evaluate(rules, known);
      RC_ASSERT(first.level <= 3);
      RC_ASSERT(first.findings.size() == rules.criteria.size());
      evidence more = known;
      more.offences.insert(more.offences.begin(), any_offence());
      more.facts.emplace(
          *rc::gen::elementOf(std::vector<std::string>(fact_names().begin(), fact_names().end())));
      RC_ASSERT(gravity(evaluate(rules, more).level) >= gravity(first.level));
      evidence turned = known;
      std::rotate(turned.offences.begin(),
                  turned.offences.begin() + static_cast<std::ptrdiff_t>(turned.offences.size() / 2),
                  turned.offences.end());
      const ruling again = evaluate(rules, turned);
      RC_ASSERT(again.level == first.level);
      for (std::size_t i = 0; i < first.findings.size(); ++i) {
        RC_ASSERT(again.findings[i].holds == first.findings[i].holds);
        RC_ASSERT(again.findings[i].because == first.findings[i].because);
      }
    }
  }));
}

TEST_CASE("rules in force: by day, then by the narrower scope") {
  std::vector<rule_set> all = shipped_rules();
  auto version = [&](const char* ori, const char* day) {
    const rule_set* found = in_force(all, ori, day);
    return found == nullptr ? std::string("none") : found->version;
  };
  CHECK(version("TX0000001", "20081026") == "none");
  CHECK(version("TX0000001", "20081027") == "2008-10");
  CHECK(version("TX0000001", "20100629") == "2008-10");
  CHECK(version("TX0000001", "20100630") == "2010-06");
  CHECK(version("TX0000001", "20110302") == "2011-03");
  CHECK(version("TX0000001", "20261126") == "2012-12");
  CHECK(version("ZZPD09998", "20261126") == "example-custom");
  CHECK(version("ZZPD00001", "20261126") == "2012-12");
  // Of one day the set of the ORI goes before that of the state, which goes before everybody's.
  rule_set state = all.front(), agency = all.front();
  state.version = "a state's";
  state.effective = agency.effective = "20130101";
  state.scope = {"TX"};
  agency.version = "an agency's";
  agency.scope = {"TX0000001"};
  all.push_back(agency);
  all.push_back(state);
  CHECK(version("TX0000001", "20130101") == "an agency's");
  CHECK(version("TX0000002", "20130101") == "a state's");
}
