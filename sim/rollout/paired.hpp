// Scenarios side by side: replications of the same seed see the same bookings, so that differences
// are taken pair by pair, and are known much better than the values.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/rollout/output.hpp"

namespace whorl::rollout {

/// What a whole run comes to.
struct measure {
  std::string name, unit;
  double (*of)(const run_output& run) = nullptr;
};
std::span<const measure> measures();

struct difference {
  const measure* what = nullptr;
  interval first, second;
  interval paired;  ///< second - first, 95 % interval
  std::size_t runs = 0;
  /// One run says nothing about how sure a difference is.
  bool is_clear() const { return runs > 1 && (paired.low > 0 || paired.high < 0); }
};
/// Both hold as many runs, of the same seeds in the same order.
std::vector<difference> compare_runs(std::span<const run_output> first,
                                     std::span<const run_output> second);

}  // namespace whorl::rollout
