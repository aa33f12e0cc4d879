// How long things took, as distributions: the answer, the wait in each line, federal custody, from
// the booking to the removal. By year and over the whole run, of all replications together.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/rollout/output.hpp"

namespace whorl::rollout {

struct distribution {
  std::string name;
  std::string_view unit;
  double unit_ms = 1;
  durations all;
  /// Of one replication, in the mean: how many it is of, and of these whoever waits or is held
  /// still when the run ends, with the time so far.
  double count = 0, still = 0;

  double quantile(double share) const { return all.quantile_ms(share) / unit_ms; }
  double mean() const { return all.mean_ms() / unit_ms; }
};
/// Of a year, or of the whole run where it is 0.
std::vector<distribution> distributions(std::span<const run_output> runs, int year = 0);
/// The years of the run.
std::vector<int> years_of(const run_output& run);

/// A line a measure and year; "all" is the whole run.
std::string distributions_csv(std::span<const run_output> runs);
/// The same as a JSON object.
std::string distributions_json(std::span<const run_output> runs);

/// "23 days", "2.5 h": in the unit that people would use.
std::string time_words(double ms);

}  // namespace whorl::rollout
