#include "fingerprint/angle_gate.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl;
using namespace whorl::fingerprint;

TEST_CASE("angle gate: exactly the minutiae within the gate of the span, across zero too") {
  test::sample_source random(8);
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::uint8_t> angles(random.below(41));
    for (auto& each : angles) each = static_cast<std::uint8_t>(random.below(256));
    std::sort(angles.begin(), angles.end());
    const auto low = static_cast<std::uint8_t>(random.below(256));
    const auto high = static_cast<std::uint8_t>(low + random.below(256u - low));
    const int gate = static_cast<int>(random.below(64));
    const gate_range range = angle_gate(angles).around(low, high, gate);
    REQUIRE(range.end <= 2 * angles.size());
    std::vector<int> hits(angles.size());
    for (unsigned k = range.begin; k < range.end; ++k) ++hits[k % angles.size()];
    for (std::size_t i = 0; i < angles.size(); ++i) {
      const int past = (angles[i] - (low - gate) + 512) % 256;
      CHECK(hits[i] == (past <= high - low + 2 * gate ? 1 : 0));
    }
  }
}

TEST_CASE("angle gate: spans that nobody made stay inside the columns") {
  const std::vector<std::uint8_t> angles = {3, 90, 200};
  for (int low = 0; low < 256; low += 5)
    for (int high = 0; high < low; high += 5) {
      const gate_range range = angle_gate(angles).around(low, high, 32);
      CHECK(range.begin <= 2 * angles.size());
      CHECK(range.end <= 2 * angles.size());
    }
}
