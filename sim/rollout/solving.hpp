// The question turned round: how many are needed so that a target holds. Capacity by capacity, with
// everything else as in the scenario.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/rollout/replications.hpp"

namespace whorl::rollout {

/// "p95 answer <= 4h", "p99 answer <= 90min": a share of answers within a time.
struct answer_target {
  double share = 0.95;
  std::int64_t within_ms = 4 * 60 * 60 * 1000;
};
/// Errors: invalid_input, with what can be written.
result<answer_target> parse_target(std::string_view text);

/// One month's need. Without shifts the three are the same.
struct need_of_month {
  int month = 0;
  std::int64_t servers[3] = {};
  double met = 0;  ///< what the target measures, in that month, with them: of the worst seed
};

struct solving {
  const scenario* what = nullptr;
  const casework::case_settings* rules = nullptr;
  std::string strategy_text;
  std::uint64_t seed = 1;
  std::size_t seeds = 1;  ///< that follow one another; what is found holds with each of them
  std::size_t threads = 1;
  /// Work done so far, over all runs, as expected_work; of one thread at a time.
  std::function<void(std::uint64_t work)> progress;
};
/// The fewest analysts by shift and month so that the target holds in every month. A run with
/// analysts without end tells how many are busy in each month and shift; then everybody works at
/// the same share of their time, month by month, and that share is bisected, with the first seed.
/// Months that do not hold with every seed get one more in each shift, six times at most: those
/// that still do not hold show it.
result<std::vector<need_of_month>> solve_staff(const solving& from, const answer_target& target);
/// Beds, or seats a day: the largest peak of each month over all seeds in runs without a limit.
/// met: percent of that in use on average, of the fullest seed.
result<std::vector<need_of_month>> solve_places(const solving& from, resource_id what);

struct pace_found {
  double pace = 0;            ///< times history's, see scenario::pace
  std::int32_t last_day = 0;  ///< on which the last county is activated
  double met_minutes = 0;     ///< the worst month's answer time
  bool possible = true;       ///< false: not even the slowest looked at holds
};
/// The fastest activation, by the scenario's order, that holds the target in every month with the
/// scenario's people; its own pace is not looked at. Errors: invalid_input for a strategy without
/// one.
result<pace_found> solve_pace(const solving& from, const answer_target& target);

}  // namespace whorl::rollout
