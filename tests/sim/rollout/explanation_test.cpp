#include "sim/rollout/explanation.hpp"

#include <doctest/doctest.h>

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
  for (const casework::rule_set& r : rules.rules)
    CHECK(text.find(r.version + " from " + r.effective) != std::string::npos);
  for (const offence_kind& kind : s.offences) CHECK(text.find(kind.name) != std::string::npos);
}
