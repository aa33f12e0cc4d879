// The constants marked F: six numbers, each with one published outcome up to 2010-12-31 that the
// simulation must meet. The other published rows of that time are left as residuals.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "sim/rollout/figures.hpp"
#include "sim/rollout/replications.hpp"

namespace whorl::rollout {

struct fit_target {
  std::string_view parameter;
  std::string_view metric;  ///< its last published row is met
  figure published;
};
struct fit_result {
  std::vector<fit_target> targets;
  std::vector<double> values;     ///< fitted, by target
  std::vector<double> simulated;  ///< of the published rows, with them
  std::size_t runs = 0;
};
/// The targets that `figures` has rows for.
std::vector<fit_target> fit_targets(std::span<const figure> figures);
/// Newton's method on logarithms, the slopes by differences with common random numbers. Rows after
/// fitted_until are not looked at. `progress`: the share of the most work that it may be, which is
/// seldom needed. Errors: not_found where a target has no row;
/// invalid_input where the equations cannot be solved.
result<fit_result> fit(const scenario& from, const casework::case_settings& rules,
                       std::span<const figure> figures, std::uint64_t seed,
                       const std::function<void(double share)>& progress);

}  // namespace whorl::rollout
