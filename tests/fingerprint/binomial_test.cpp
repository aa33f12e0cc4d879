#include "fingerprint/binomial.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace whorl::fingerprint;

TEST_CASE("clopper_pearson: the values of published tables") {
  // None of n: 1 - (alpha / 2)^(1/n); all of n: its mirror. 8 of 20: Newcombe 1998's method 5.
  CHECK(clopper_pearson(0, 504).high == doctest::Approx(1 - std::pow(0.025, 1.0 / 504)));
  CHECK(clopper_pearson(0, 504).low == 0);
  CHECK(clopper_pearson(10, 10).low == doctest::Approx(std::pow(0.025, 0.1)));
  CHECK(clopper_pearson(10, 10).high == 1);
  const interval known = clopper_pearson(81, 263);
  CHECK(known.low == doctest::Approx(0.2527).epsilon(0.0003));
  CHECK(known.high == doctest::Approx(0.3676).epsilon(0.0003));
  CHECK(clopper_pearson(0, 0).high == 1);
}

TEST_CASE("clopper_pearson: holds the share, narrows with trials, widens with confidence") {
  const interval few = clopper_pearson(1, 50), many = clopper_pearson(20, 1000);
  CHECK(few.low < 0.02);
  CHECK(few.high > 0.02);
  CHECK(many.high - many.low < few.high - few.low);
  CHECK(clopper_pearson(1, 50, 0.99).high > few.high);
  CHECK(counted_rate{3, 12}.rate() == 0.25);
  CHECK(counted_rate{}.rate() == 0);
  CHECK(counted_rate{0, 9}.exact().high == doctest::Approx(0.3363).epsilon(0.001));
}
