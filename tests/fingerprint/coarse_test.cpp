#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>

#include "fingerprint/matcher.hpp"
#include "fingerprint/popcount_kernels.hpp"
#include "fingerprint/search_entry.hpp"
#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

TEST_CASE("coarse_score: the same person leads a gallery of others") {
  const auto person = test::sample_person(1);
  const auto probe = *prepare_probe(test::recaptured(person, 2));
  const auto own = coarse_score(*probe, *build_search_entry(person));
  for (std::uint64_t seed = 10; seed < 60; ++seed)
    CHECK(coarse_score(*probe, *build_search_entry(test::sample_person(seed))) < own);
}

TEST_CASE("hamming_matrix: equals a count bit by bit") {
  const auto a = *build_search_entry(std::vector{test::sample_print(1, 30)});
  const auto b = *build_search_entry(std::vector{test::sample_print(2, 43)});
  const auto fa = finger_of(a, 1), fb = finger_of(b, 1);
  std::array<std::uint8_t, stored_lanes_max * stored_lanes_max> matrix{};
  hamming_matrix(fa, fb, matrix.data());
  for (unsigned i = 0; i < fa.count; ++i) {
    for (unsigned j = 0; j < fb.count; ++j) {
      unsigned bits = 0;
      for (unsigned bit = 0; bit < 256; ++bit)
        bits += (fa.words[bit / 64 * fa.lanes + i] >> bit % 64 & 1) !=
                (fb.words[bit / 64 * fb.lanes + j] >> bit % 64 & 1);
      REQUIRE(matrix[i * fb.lanes + j] == bits);
    }
  }
}

TEST_CASE(
    "coarse_sum: equals the definition, with the gate of each group of eight (wrapping too)") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto a = *build_search_entry(std::vector{test::sample_print(seed, 48)});
    const auto b = *build_search_entry(std::vector{test::sample_print(seed + 1, 37)});
    const auto p = finger_of(a, 1), g = finger_of(b, 1);
    std::uint32_t expected = 0;
    for (unsigned j = 0; j < g.coarse; ++j) {
      const int low = g.angle[j / 8 * 8], high = g.angle[j / 8 * 8 + 7];
      int best = 0;
      for (unsigned i = 0; i < p.coarse; ++i) {
        const int past_low = (p.angle[i] - (low - parameters::coarse_gate) + 512) % 256;
        if (past_low > high - low + 2 * parameters::coarse_gate) continue;
        int hamming = 0;
        for (unsigned w = 0; w < 4; ++w)
          hamming += std::popcount(p.words[w * p.lanes + i] ^ g.words[w * g.lanes + j]);
        const int beta = parameters::coarse_beta_256;
        best = std::max(best, beta * (p.ones[i] + g.ones[j]) - 256 * hamming);
      }
      expected += static_cast<std::uint32_t>(best);
    }
    CHECK(coarse_sum(p, g) == expected);
  }
}
