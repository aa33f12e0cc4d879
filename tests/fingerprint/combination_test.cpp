#include "fingerprint/combination.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl::fingerprint;
using namespace whorl::test;

namespace {

struct viewed {
  explicit viewed(const print_template& print)
      : block(build_finger_block(print)), view(view_finger_block(block, stored_count(print))) {}
  whorl::bytes block;
  finger_view view;
};

}  // namespace

TEST_CASE("log_score: with the compiled numbers it is the matcher's score before rounding") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const auto master = sample_print(seed, 20 + static_cast<unsigned>(seed) * 3);
    const viewed a(master), same(recaptured(master, seed + 50)), other(sample_print(seed + 100));
    for (const viewed* b : {&same, &other}) {
      const pair_features pair = features_of(a.view, b->view);
      if (pair.compiled_score == 0) continue;
      const double score = std::pow(10.0, log_score(pair, compiled_combination));
      CHECK(score < pair.compiled_score + 1);
      // The square root of the minutiae, a divisor, is rounded down to 1/16.
      CHECK(score > pair.compiled_score * 0.995 - 1);
    }
  }
}

TEST_CASE("combination_grid: each once, the compiled one among them, each with a say") {
  const auto grid = combination_grid();
  CHECK(std::count(grid.begin(), grid.end(), compiled_combination) == 1);
  const auto master = sample_print(3);
  const viewed a(master), b(recaptured(master, 8));
  const pair_features pair = features_of(a.view, b.view);
  std::vector<float> scores;
  for (const combination& each : grid) scores.push_back(log_score(pair, each));
  std::sort(scores.begin(), scores.end());
  CHECK(std::unique(scores.begin(), scores.end()) - scores.begin() > 300);
  pair_features blank;
  for (auto& each : blank.weight) each.fill(nothing);
  CHECK(log_score(blank, compiled_combination) == nothing);
}
