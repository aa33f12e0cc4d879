#include "fingerprint/synthesis_pattern.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>

using namespace whorl::fingerprint;

TEST_CASE("synthesis pattern: classes come in their usual proportions") {
  std::array<int, 5> seen{};
  int thumb_whorls = 0;
  int little_whorls = 0;
  int right_leaning = 0;
  int right_loops = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    for (std::uint8_t finger = 1; finger <= 10; ++finger) {
      const pattern_class kind = make_pattern(seed, finger).kind;
      ++seen[static_cast<std::size_t>(kind)];
      thumb_whorls += finger == 1 && kind == pattern_class::whorl;
      little_whorls += finger == 5 && kind == pattern_class::whorl;
      right_leaning += finger <= 5 && kind == pattern_class::right_loop;
      right_loops += finger <= 5 && kind == pattern_class::left_loop;
    }
  }
  const auto share = [&](pattern_class kind) {
    return seen[static_cast<std::size_t>(kind)] / 20000.0;
  };
  CHECK(share(pattern_class::whorl) == doctest::Approx(0.30).epsilon(0.1));
  CHECK(share(pattern_class::left_loop) + share(pattern_class::right_loop) ==
        doctest::Approx(0.65).epsilon(0.05));
  CHECK(share(pattern_class::arch) + share(pattern_class::tented_arch) ==
        doctest::Approx(0.05).epsilon(0.25));
  CHECK(thumb_whorls > little_whorls * 3 / 2);
  CHECK(right_leaning > right_loops * 4);  // most loops open towards the little finger
}

TEST_CASE("synthesis pattern: ridges turn by half around a core and back around a delta") {
  // The winding number along a small circle: +1/2 at a core, -1/2 at a delta (Sherlock and Monro).
  const auto winding = [](const finger_pattern& pattern, point_q8 centre) {
    int total = 0;
    turn16 before = ridge_orientation(pattern, centre + point_q8{8 * 256, 0});
    for (int step = 1; step <= 64; ++step) {
      const point_q8 at = centre + rotate({8 * 256, 0}, static_cast<turn16>(step * 1024));
      const turn16 now = ridge_orientation(pattern, at);
      // Orientations are lines: compare modulo half a turn.
      total += static_cast<std::int16_t>(static_cast<turn16>((now - before) * 2)) / 2;
      before = now;
    }
    return total;
  };
  int looked = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const finger_pattern pattern = make_pattern(seed, 1);
    if (pattern.kind != pattern_class::left_loop && pattern.kind != pattern_class::right_loop)
      continue;
    ++looked;
    CHECK(winding(pattern, pattern.cores[0]) == doctest::Approx(32768).epsilon(0.02));
    CHECK(winding(pattern, pattern.deltas[0]) == doctest::Approx(-32768).epsilon(0.02));
  }
  CHECK(looked > 5);
}

TEST_CASE("synthesis pattern: high above every core ridges run across, within 45 degrees") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const finger_pattern pattern = make_pattern(seed, 1);
    const turn16 top = ridge_orientation(pattern, {0, pattern.half_height});
    const int tilt = static_cast<std::int16_t>(static_cast<turn16>(top * 2)) / 2;
    CHECK(std::abs(tilt) < 65536 / 8);
  }
}

TEST_CASE("synthesis pattern: ridges draw together away from a delta, part towards it") {
  int looked = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const finger_pattern pattern = make_pattern(seed, 2);
    for (const point_q8& delta : pattern.delta_points()) {
      const point_q8 towards{0, 20 * q8_one};
      const turn16 line = ridge_orientation(pattern, delta + towards);
      const bool leads_away = cos_q16(static_cast<turn16>(line - direction_of(towards))) > 0;
      const auto away = static_cast<turn16>(line + (leads_away ? 0 : 0x8000));
      const auto back = static_cast<turn16>(away + 0x8000);
      // Half of the turn of v / |v| (Sherlock and Monro): 64 px / 2 / 20 px, with the rest's share.
      const std::int64_t parting = parting_q16(pattern, delta + towards, away);
      CHECK(parting < -q16_one / 2);
      CHECK(std::abs(parting + parting_q16(pattern, delta + towards, back)) < q16_one / 100);
      ++looked;
    }
  }
  CHECK(looked > 100);
}
