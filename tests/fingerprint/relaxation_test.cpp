#include "fingerprint/relaxation.hpp"

#include <doctest/doctest.h>

#include "fingerprint/matcher.hpp"
#include "fingerprint/popcount_kernels.hpp"
#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

TEST_CASE("relaxation: pairs are bounded, compatible ones symmetric, true ones end up strongest") {
  const auto print = test::sample_print(5, 60);
  const auto a = *build_search_entry(std::vector{print});
  const auto fa = finger_of(a, 1);
  std::array<std::uint8_t, stored_lanes_max * stored_lanes_max> hamming{};
  hamming_matrix(fa, fa, hamming.data());
  relaxed_pairs relaxed;
  relax_pairs(fa, fa, hamming.data(), relaxed);
  REQUIRE(relaxed.count > 0);
  REQUIRE(relaxed.count <= parameters::candidate_pairs_max);
  unsigned strongest = 0;
  for (unsigned s = 0; s < relaxed.count; ++s) {
    if (relaxed.strength[s] > relaxed.strength[strongest]) strongest = s;
    CHECK(relaxed.compatibility[s][s] == 0);
    for (unsigned t = 0; t < relaxed.count; ++t)
      REQUIRE(relaxed.compatibility[s][t] == relaxed.compatibility[t][s]);
  }
  CHECK(relaxed.pairs[strongest].a == relaxed.pairs[strongest].b);
}

TEST_CASE("cylinder_similarity: falls with the distance, never below zero") {
  CHECK(cylinder_similarity(60, 60, 0) > cylinder_similarity(60, 60, 30));
  CHECK(cylinder_similarity(60, 60, 120) == 0);
  CHECK(cylinder_similarity(0, 0, 0) == 0);
  CHECK(cylinder_similarity(240, 240, 0) == 0);  // all bits set say nothing
}

TEST_CASE("cylinder_similarity: in range and symmetric for all that can be") {
  for (unsigned a = 0; a <= 240; ++a)
    for (unsigned b = 0; b <= a; ++b)
      for (unsigned common = a + b > 240 ? a + b - 240 : 0; common <= b; common += 7) {
        const unsigned hamming = a + b - 2 * common;
        REQUIRE(cylinder_similarity(a, b, hamming) == cylinder_similarity(b, a, hamming));
        if (common * 240 <= a * b) REQUIRE(cylinder_similarity(a, b, hamming) == 0);
      }
}
