// The simulation against published figures, next to two baselines that know only what was published
// before: the last value, and the line through the last two. Of places without published rows they
// are the nation's, times the place's share.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/rollout/figures.hpp"

namespace whorl::rollout {

/// What a place has of all the people that history had activated up to a day, each counted for as
/// many days as it had: of the population for submissions, else of non-citizens. What the place's
/// figure would be if it were like the rest.
double share_of_place(std::string_view place, std::string_view metric, std::int32_t day);

struct comparison {
  figure published;
  /// fitted: a constant was chosen to meet it. residual: up to the last day of fitting, not met on
  /// purpose. predicted: later. input: activation, which goes in.
  std::string kind;
  interval simulated;
  double relative_error = 0;           ///< simulated / published - 1
  double last_value = -1, trend = -1;  ///< baselines; negative: nothing was published before
  /// Nothing was published of the place before: baselines are its share of the nation's.
  bool is_share = false;
  std::size_t runs = 0;  ///< with one, `simulated` has no interval but that of a prediction
};

/// How far published growth is from simulated growth: the root mean square of log(published /
/// simulated), over growths of 90 days and more between published rows up to the last day of
/// fitting, the first from the beginning; of one metric, or, where it has fewer than two, of
/// submissions, matches, detainers and removals together.
double growth_spread(std::span<const run_output> runs, std::span<const figure> known,
                     std::string_view metric);
/// The value on a day with its 95 % interval: of the runs, widened by growth_spread for what has
/// grown since the last published row.
interval predicted(std::span<const run_output> runs, std::span<const figure> known,
                   const figure& wanted);
/// Whether the model has that metric for that place.
bool can_compare(const run_output& run, const figure& what);
/// `judged` against the runs, those that can be compared; `known` are the figures that fitting and
/// baselines may see (those up to fitted_until are used).
std::vector<comparison> compare_figures(std::span<const run_output> runs,
                                        std::span<const figure> known,
                                        std::span<const figure> judged);

}  // namespace whorl::rollout
