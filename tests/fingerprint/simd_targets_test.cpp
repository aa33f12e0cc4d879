#include "fingerprint/simd_targets.hpp"

#include <doctest/doctest.h>

#include <array>

#include "fingerprint/aligned.hpp"
#include "fingerprint/cylinders.hpp"
#include "fingerprint/matcher.hpp"
#include "fingerprint/popcount_kernels.hpp"
#include "fingerprint/slab.hpp"
#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

namespace {

/// Whatever the kernels take part in, for prints of all sizes; one string of bytes.
bytes results_of_all_kernels() {
  bytes all;
  const auto keep = [&](std::uint64_t value) {
    for (int i = 0; i < 8; ++i) all.push_back(static_cast<std::byte>(value >> 8 * i));
  };
  for (unsigned n = limits::minutiae_min; n < 256; n += n < 64 ? 1 : 37) {
    const auto person = test::sample_person(n, n), other = test::sample_person(n + 1, 300 - n);
    const bytes entry = *build_search_entry(person);
    all.insert(all.end(), entry.begin(), entry.end());
    const auto probe = *prepare_probe(other);
    keep(coarse_score(*probe, entry));
    keep(coarse_score(**prepare_probe(test::recaptured(person, n)), entry));
    keep(precise_score(*probe, entry).fused);
    const bytes row = build_sketch_row(entry);
    all.insert(all.end(), row.begin(), row.end());
    const auto again = *prepare_probe(test::recaptured(person, n));
    for (const scan_probe& sketches : {make_scan_probe(*probe), make_scan_probe(*again)}) {
      keep(test::score_row(sketches.placed, row));
      keep(score_aligned(sketches, row));
    }
    const bytes other_entry = *build_search_entry(other);
    const finger_view a = finger_of(entry, 1), b = finger_of(other_entry, 1);
    std::array<std::uint8_t, stored_lanes_max * stored_lanes_max> matrix{};
    hamming_matrix(a, b, matrix.data());
    for (const std::uint8_t distance : matrix) all.push_back(static_cast<std::byte>(distance));
  }
  return all;
}

}  // namespace

TEST_CASE("simd targets: every instruction set gives the same bytes and scores") {
  const auto names = simd_targets();
  REQUIRE_FALSE(names.empty());
  MESSAGE("sets compiled, of those this processor has: " << names.size() << ", best " << names[0]);
  const bytes chosen = results_of_all_kernels();
  for (const std::string& name : names) {
    CAPTURE(name);
    const only_simd_target only(name);
    CHECK(results_of_all_kernels() == chosen);
  }
}

TEST_CASE("simd targets: the choice is given back") {
  const auto before = simd_targets();
  {
    const only_simd_target last(before.back());
    CHECK(simd_targets().size() == 1);
  }
  CHECK(simd_targets() == before);
}
