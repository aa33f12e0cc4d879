// Rule-sets by version, offences and evidence for the tests of casework.
#pragma once

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>
#include <string_view>

#include "actors/casework/rule_file.hpp"

namespace whorl::casework::test {

inline const rule_set& shipped(std::string_view version) {
  static const std::vector<rule_set> all = shipped_rules();
  for (const rule_set& one : all)
    if (one.version == version) return one;
  FAIL("no such rule-set");
  return all.front();
}

inline offence any_offence() {
  // Mostly codes that some category names, sometimes no code at all.
  const std::string code =
      *rc::gen::element<std::string>("0101", "0999", "1313", "2202", "2303", "3502", "3562", "3601",
                                     "5401", "5404", "7399", "0399", "", "99999", "ABCD");
  return {code, static_cast<offence_class>(*rc::gen::inRange(0, 4)),
          static_cast<offence_disposition>(*rc::gen::inRange(0, 5)),
          *rc::gen::element(-1, 0, 100, 364, 365, 366, 4000)};
}

inline evidence any_evidence() {
  evidence out;
  const int offences = *rc::gen::inRange(0, 6);
  for (int i = 0; i < offences; ++i) out.offences.push_back(any_offence());
  for (std::string_view fact : fact_names())
    if (*rc::gen::inRange(0, 3) == 0) out.facts.emplace(fact);
  return out;
}

}  // namespace whorl::casework::test
