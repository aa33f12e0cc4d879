// The model in words, and what the words are made of, from the scenario that it runs with.
#pragma once

#include <string>
#include <vector>

#include "actors/casework/case_settings.hpp"
#include "sim/rollout/scenario.hpp"

namespace whorl::rollout {

/// Which rule-set is in force when, and for how many counties.
struct rules_span {
  const casework::rule_set* rules = nullptr;  ///< null: none
  std::int32_t from = 0, until = 0;           ///< days; `until` is not in it any more
  std::size_t counties = 0;
};
/// From the scenario's first day to its end.
std::vector<rules_span> rules_by_date(const scenario& s, const casework::case_settings& rules);

std::string explanation(const scenario& s, const casework::case_settings& rules);

}  // namespace whorl::rollout
