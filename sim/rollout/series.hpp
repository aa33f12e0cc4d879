// Replications as series by month, each value with its 95 % interval: what run writes as CSV and
// JSON, and what the report draws.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/rollout/output.hpp"

namespace whorl::rollout {

struct series {
  std::string name, unit;
  std::vector<interval> by_month;
};
/// Counts of every metric, counties activated, answer times (p50, p95, p99, mean), of every
/// resource the mean of busy, waiting and servers, and of the lengths that people ask for p50 and
/// p95.
std::vector<series> monthly_series(std::span<const run_output> runs);
const series& named(const std::vector<series>& all, std::string_view name);
/// A line a month; of several replications each column is followed by _low and _high.
std::string monthly_csv(std::span<const run_output> runs, const std::vector<series>& all);
std::string monthly_json(const scenario& s, std::span<const run_output> runs,
                         const std::vector<series>& all);
/// Answer times as a distribution: minutes, share answered by then, by year.
std::string answers_csv(std::span<const run_output> runs);
/// FIPS and day of those that were activated: what --strategy reads.
std::string activation_csv(const run_output& run);
/// FIPS, activation, and for each county what was counted; of the first replication.
std::string counties_csv(const run_output& run);
/// Traced cases, a JSON object a line.
std::string traces_jsonl(const run_output& run);

/// "1234.5" without needless digits, the same on every machine.
std::string plain(double value);

}  // namespace whorl::rollout
