#include "fingerprint/decision.hpp"

#include <doctest/doctest.h>

#include <array>

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
  CHECK(fuse(std::array<std::uint16_t, 2>{450, 550}) == 300);
  CHECK(fuse(std::array<std::uint16_t, 3>{0, 0, 450}) == 0);
  CHECK(fuse({}) == 0);
}
