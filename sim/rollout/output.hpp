// What a run leaves: counts by day for the nation, by month for each county, answer times and
// resources by month. Plain sums, so that replications can be compared and averaged.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "actors/casework/lifecycle.hpp"
#include "sim/rollout/scenario.hpp"
#include "sim/rollout/statistics.hpp"

namespace whorl::rollout {

/// Counted when it happens.
enum class metric : std::uint8_t {
  submissions,
  matches,
  level1_identified,
  level2_identified,
  level3_identified,
  no_level_identified,
  citizens,
  lawful_residents,
  second_responses,
  withheld_responses,
  interviews,
  no_action,
  detainers,
  conditional_detainers,
  citizens_under_detainer,
  claims_upheld,
  released_unseen,
  detainers_expired,
  detainers_declined,
  at_large,
  arrests,
  hearings,
  relief,
  ordered,
  removals,
  level1_removed,
  level2_removed,
  level3_removed,
  removed_noncriminal,
  came_back,
  rearrested
};
inline constexpr std::size_t metric_count = static_cast<std::size_t>(metric::rearrested) + 1;
std::string_view to_string(metric m);

/// Those that are kept for each county.
inline constexpr metric place_metrics[] = {metric::submissions, metric::matches, metric::detainers,
                                           metric::arrests, metric::removals};
inline constexpr std::size_t place_metric_count = 5;

/// What takes time: for each resource the wait in its line (by resource_id), then these two.
enum class length : std::uint8_t {
  first_wait,
  custody = resource_count,  ///< federal: from the arrest to relief or removal
  booking_to_removal
};
inline constexpr std::size_t length_count =
    static_cast<std::size_t>(length::booking_to_removal) + 1;
constexpr length wait_for(resource_id id) { return static_cast<length>(id); }

struct resource_month {
  double busy = 0, waiting = 0;            ///< means over the month
  double busy_peak = 0, peak_waiting = 0;  ///< the most at once
  double servers = 0;                      ///< at its end
};

struct trace_line {
  case_event event;
  casework::detainer_rule rules = casework::detainer_rule::none;
  std::int64_t clock_end_ms = 0;  ///< 0: no clock runs
  bool refused = false;           ///< asked for, and the lifecycle does not allow it: not taken
};

struct run_output {
  std::uint64_t seed = 0;
  std::int32_t from = 0, to = 0;  ///< days
  int first_month = 0, months = 0;
  int warm_months = 0;  ///< the first so many are warm-up: not in measures over the whole run
  std::vector<std::vector<std::uint32_t>> by_day;  ///< [metric][day - from]
  /// [place metric][month * counties + county]
  std::vector<std::vector<std::uint32_t>> by_place;
  /// By month of the answer; in the last month also how long those have waited at least who wait
  /// still.
  std::vector<durations> answers;
  std::uint64_t unanswered = 0;  ///< these
  /// [length][month of its end]; waits of those who were served in the end, not of those who gave
  /// up. In the last month also who waits or is held still, with the time so far.
  std::vector<std::vector<durations>> lengths;
  std::array<std::uint64_t, length_count> unfinished{};  ///< these
  std::vector<std::vector<resource_month>> resources;    ///< [resource][month]
  /// Milliseconds of analysts' work that began, by month and shift.
  std::vector<std::array<double, 3>> analysts_work_ms;
  std::vector<std::int32_t> activated;  ///< by county; `never`
  std::uint64_t events = 0;             ///< bookings and events of the queue
  std::uint64_t refused_steps = 0;      ///< steps the lifecycle did not allow; must be 0
  std::vector<std::vector<trace_line>> traces;

  /// Sum of [from, day], the day included.
  double until(metric m, std::int32_t day) const;
  double in_month(metric m, int month) const;
  /// Of one county or of all of a state ("CA", "06037"); the last month in proportion of its days.
  /// Negative where the metric is not kept by place.
  double until(metric m, std::int32_t day, std::string_view place) const;
};

}  // namespace whorl::rollout
