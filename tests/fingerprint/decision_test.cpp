#include "fingerprint/decision.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "fingerprint/decades.hpp"
#include "fingerprint/fusion.hpp"
#include "fingerprint/parameters.hpp"

using namespace whorl::fingerprint;

TEST_CASE("decide: thresholds of the parameters' arithmetic, higher for a larger gallery") {
  CHECK(decide(0, 10, 1) == decision::no_hit);
  CHECK(decide(5000, 0, 1) == decision::no_hit);
  CHECK(decide(1100, 10, 1'000'000) == decision::hit);
  CHECK(decide(900, 10, 1'000'000) == decision::review);
  CHECK(decide(750, 10, 1'000'000) == decision::no_hit);
  CHECK(decide(750, 10, 1'000) == decision::hit);
  for (std::uint32_t fused = 0; fused < 3000; fused += 10)
    CHECK(decide(fused, 10, 1'000) >= decide(fused, 10, 100'000'000));
  CHECK(decide(UINT32_MAX, 10, UINT64_MAX) == decision::hit);
  CHECK(to_string(decision::review) == "review");
}

TEST_CASE("fuse: a sum of log-likelihood ratios, rising, bounded, never below zero") {
  CHECK(log_likelihood_ratio(parameters::even_score) == 0);
  CHECK(log_likelihood_ratio(450) == 100);
  CHECK(log_likelihood_ratio(0) == parameters::llr_min);
  CHECK(log_likelihood_ratio(65535) == parameters::llr_max);
  CHECK(fuse(std::array<std::int32_t, 2>{100, 200}) == 300);
  CHECK(fuse(std::array<std::int32_t, 3>{-100, -100, 100}) == 0);
  CHECK(fuse({}) == 0);
}

TEST_CASE("finger_evidence: few minutiae carry bounded evidence, many the whole") {
  CHECK(finger_evidence(65535, 6) == 6 * parameters::llr_per_minutia);
  CHECK(finger_evidence(65535, 0) == 0);
  CHECK(finger_evidence(65535, 48) == parameters::llr_max);
  CHECK(finger_evidence(450, 48) == 100);
  CHECK(finger_evidence(0, 6) == parameters::llr_min);
  for (unsigned minutiae = 0; minutiae < 300; ++minutiae)
    CHECK(finger_evidence(5000, minutiae) <= finger_evidence(5000, minutiae + 1));
}

TEST_CASE("after_choice: the best of k pays log10 k") {
  CHECK(after_choice(500, 1) == 500);
  CHECK(after_choice(500, 10) == 400);
  CHECK(after_choice(50, 100) == -150);
}

TEST_CASE("hundred_log10: rounded up, exact at powers of ten, rising") {
  CHECK(hundred_log10(0) == 0);
  CHECK(hundred_log10(1) == 0);
  CHECK(hundred_log10(2) == 31);  // 30.1
  CHECK(hundred_log10(45) == 166);
  std::uint64_t power = 1;
  for (std::uint32_t digits = 0; digits < 19; ++digits, power *= 10) {
    CHECK(hundred_log10(power) == 100 * digits);
    if (power > 1) CHECK(hundred_log10(power + 1) > 100 * digits);
  }
  CHECK(hundred_log10(UINT64_MAX) == 1927);
  for (std::uint64_t n = 2; n < 100'000; n += 1 + n / 50) {
    const double exact = 100 * std::log10(static_cast<double>(n));
    CHECK(hundred_log10(n) >= exact - 1e-9);
    CHECK(hundred_log10(n) < exact + 1.01);
  }
}

TEST_CASE("decide: another reading of the positions makes a review, never a hit") {
  CHECK(decide(0, 10, 1'000'000, 5000) == decision::review);
  CHECK(decide(900, 10, 1'000'000, 700) == decision::review);
  CHECK(decide(1100, 10, 1'000'000, 5000) == decision::hit);  // stands without it
  CHECK(decide(0, 10, 1'000'000, 799) == decision::no_hit);
  CHECK(decide(0, 0, 1, 5000) == decision::no_hit);
}

TEST_CASE("threshold_of: people and margin add up to what is needed") {
  const threshold hit = threshold_of(decision::hit, 1'000'000);
  CHECK(hit.gallery == 600);
  CHECK(hit.margin == parameters::hit_margin);
  CHECK(hit.needed() == fused_needed(decision::hit, 1'000'000));
}
