#include "sim/rollout/statistics.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace whorl::rollout;

TEST_CASE("statistics: a value is weighted by how long it held; warm-up does not count") {
  time_weighted busy(100);
  busy.set(0, 8);    // before: its value stays, its time does not count
  busy.set(150, 2);  // 8 for 50, 2 for 50
  CHECK(busy.mean(200) == doctest::Approx(5));
  CHECK(busy.peak() == doctest::Approx(2));
  busy.restart(200);
  CHECK(busy.mean(300) == doctest::Approx(2));
}

TEST_CASE("statistics: quantiles of durations within a bin, mean and count exactly") {
  durations d, half, rest;
  for (int ms = 1; ms <= 10'000; ++ms) {
    d.add(ms);
    (ms % 2 == 0 ? half : rest).add(ms);
  }
  CHECK(d.mean_ms() == doctest::Approx(5000.5));
  CHECK(d.quantile_ms(0.5) == doctest::Approx(5000).epsilon(0.022));
  CHECK(d.quantile_ms(0.95) == doctest::Approx(9500).epsilon(0.022));
  CHECK(d.share_above(9000) == doctest::Approx(0.1).epsilon(0.2));
  half.add(rest);
  CHECK(half.quantile_ms(0.95) == d.quantile_ms(0.95));
  CHECK(half.count() == d.count());
  CHECK(durations().quantile_ms(0.5) == 0);
}

TEST_CASE("statistics: Student's interval of a mean, and of the next value") {
  // t(0.975, 4) = 2.7764; standard deviation of 1..5 = 1.5811
  const std::vector<double> v = {1, 2, 3, 4, 5};
  CHECK(mean_interval(v).high == doctest::Approx(3 + 2.7764 * 1.5811 / 2.23607).epsilon(1e-4));
  CHECK(prediction_interval(v).low == doctest::Approx(3 - 2.7764 * 1.5811 * 1.0954).epsilon(1e-3));
  CHECK(mean_interval(std::vector<double>{7}).half_width() == 0);
}
