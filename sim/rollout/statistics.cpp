#include "sim/rollout/statistics.hpp"

#include <algorithm>
#include <bit>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace whorl::rollout {
namespace {

constexpr int bins_an_octave = 32;
constexpr int octaves = 41;  // 2^41 ms are 69 years

std::size_t bin_of(std::int64_t ms) {
  if (ms <= 0) return 0;
  const double place = std::log2(static_cast<double>(ms)) * bins_an_octave;
  return 1 + std::min<std::size_t>(static_cast<std::size_t>(place), octaves * bins_an_octave - 1);
}

double middle_of(std::size_t bin) {
  if (bin == 0) return 0;
  return std::exp2((static_cast<double>(bin - 1) + 0.5) / bins_an_octave);
}

interval around(std::span<const double> values, double confidence, double more) {
  interval out;
  if (values.empty()) return out;
  const auto n = static_cast<double>(values.size());
  for (const double v : values) out.mean += v / n;
  out.low = out.high = out.mean;
  if (values.size() < 2) return out;
  double squares = 0;
  for (const double v : values) squares += (v - out.mean) * (v - out.mean);
  const boost::math::students_t t(n - 1);
  const double reach = boost::math::quantile(t, 0.5 + confidence / 2) *
                       std::sqrt(squares / (n - 1) * (1 / n + more));
  out.low -= reach;
  out.high += reach;
  return out;
}

}  // namespace

void time_weighted::set(std::int64_t now_ms, double value) {
  area_ = area(now_ms);
  last_ms_ = std::max(now_ms, last_ms_);
  value_ = value;
  if (now_ms >= from_ms_) peak_ = std::max(peak_, value);
}

double time_weighted::area(std::int64_t now_ms) const {
  return area_ + value_ * static_cast<double>(std::max<std::int64_t>(now_ms - last_ms_, 0));
}

double time_weighted::mean(std::int64_t now_ms) const {
  if (now_ms <= from_ms_) return 0;
  return area(now_ms) / static_cast<double>(now_ms - from_ms_);
}

void time_weighted::restart(std::int64_t now_ms) {
  from_ms_ = last_ms_ = now_ms;
  area_ = 0;
  peak_ = value_;
}

void durations::add(std::int64_t ms) {
  const std::size_t bin = bin_of(ms);
  if (bin >= bins_.size()) bins_.resize(bin + 1);
  ++bins_[bin];
  ++count_;
  sum_ms_ += static_cast<double>(ms);
}

void durations::add(const durations& others) {
  if (others.bins_.size() > bins_.size()) bins_.resize(others.bins_.size());
  for (std::size_t i = 0; i < others.bins_.size(); ++i) bins_[i] += others.bins_[i];
  count_ += others.count_;
  sum_ms_ += others.sum_ms_;
}

double durations::mean_ms() const {
  return count_ == 0 ? 0 : sum_ms_ / static_cast<double>(count_);
}

double durations::quantile_ms(double share) const {
  const double wanted = share * static_cast<double>(count_);
  double seen = 0;
  for (std::size_t bin = 0; bin < bins_.size(); ++bin) {
    seen += bins_[bin];
    if (bins_[bin] > 0 && seen >= wanted) return middle_of(bin);
  }
  return 0;
}

double durations::share_above(std::int64_t ms) const {
  double above = 0;
  for (std::size_t bin = bin_of(ms) + 1; bin < bins_.size(); ++bin) above += bins_[bin];
  return count_ == 0 ? 0 : above / static_cast<double>(count_);
}

interval mean_interval(std::span<const double> values, double confidence) {
  return around(values, confidence, 0);
}

interval prediction_interval(std::span<const double> values, double confidence) {
  return around(values, confidence, 1);
}

}  // namespace whorl::rollout
