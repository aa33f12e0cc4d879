// Which parameters matter: each is lowered and raised by a fifth, with the same chance.
#pragma once

#include <functional>

#include "sim/rollout/replications.hpp"
#include "sim/rollout/report.hpp"

namespace whorl::rollout {

struct tornado_result {
  double centre = 0;       ///< removals with nothing changed
  std::int32_t until = 0;  ///< day before which they are counted
  std::vector<sensitivity> strongest;
};
/// Removals before 2011 (or until the end of the run, where that comes first or begins later), over
/// every parameter that is not 0; at most `most` of them, the strongest first. A parameter stays
/// within its bounds.
tornado_result tornado(const scenario& s, const casework::case_settings& rules, std::uint64_t seed,
                       std::string_view strategy_text, std::size_t threads, std::size_t most,
                       const std::function<void(std::size_t run)>& progress);
/// How many runs that takes.
std::size_t tornado_runs(const scenario& s);

}  // namespace whorl::rollout
