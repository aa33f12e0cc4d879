// What a run is measured by: values over time, durations with their quantiles, and the interval of
// a mean over replications.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace whorl::rollout {

/// A value that holds for a while (servers busy, people waiting): its mean is weighted by time.
/// Nothing before `from_ms` counts (warm-up).
class time_weighted {
 public:
  explicit time_weighted(std::int64_t from_ms = 0) : from_ms_(from_ms), last_ms_(from_ms) {}
  /// The value is `value` from `now_ms` on.
  void set(std::int64_t now_ms, double value);
  double now() const { return value_; }
  double peak() const { return peak_; }
  /// Over [from_ms, now_ms]; 0 where that is empty.
  double mean(std::int64_t now_ms) const;
  /// Forgets what was; the value stays.
  void restart(std::int64_t now_ms);

 private:
  double area(std::int64_t now_ms) const;
  std::int64_t from_ms_, last_ms_;
  double value_ = 0, area_ = 0, peak_ = 0;
};

/// Durations in milliseconds, in bins of equal ratio: a quantile is right within 2.2 %. 0 has a bin
/// of its own. Mean and count are exact.
class durations {
 public:
  void add(std::int64_t ms);
  void add(const durations& others);
  std::uint64_t count() const { return count_; }
  double mean_ms() const;
  /// The bin's middle; 0 where nothing was added. `share` in [0, 1].
  double quantile_ms(double share) const;
  double share_above(std::int64_t ms) const;

 private:
  std::vector<std::uint32_t> bins_;  // grown to the longest seen, at most 41 * 32
  std::uint64_t count_ = 0;
  double sum_ms_ = 0;
};

struct interval {
  double mean = 0, low = 0, high = 0;
  double half_width() const { return (high - low) / 2; }
};
/// Student's t over independent replications; one value alone has no width (low = high = mean).
interval mean_interval(std::span<const double> values, double confidence = 0.95);
/// Where the next single value will be, not the mean: wider by the spread of one run.
interval prediction_interval(std::span<const double> values, double confidence = 0.95);

}  // namespace whorl::rollout
