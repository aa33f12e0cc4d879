#include "fingerprint/synthesis_sites.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <string>

#include "fingerprint/random.hpp"
#include "fingerprint/simd_targets.hpp"
#include "fingerprint/synthesis.hpp"
#include "fingerprint/synthesis_taken.hpp"

using namespace whorl::fingerprint;

namespace {

/// Somewhere on the pad or a little beyond; now and then at a singular point, or one step beside.
dart draw_dart(random_stream& random, const finger_pattern& pattern) {
  const auto width = static_cast<std::int32_t>(pattern.half_width * 9 / 8);
  const auto height = static_cast<std::int32_t>(pattern.half_height * 9 / 8);
  dart drawn;
  drawn.at = {random.between(-width, width), random.between(-height, height)};
  const std::uint32_t special = random.below(16);
  const point_q8 step{random.between(-1, 1), random.between(-1, 1)};
  if (special == 0) drawn.at = pattern.cores[0] + step;
  if (special == 1) drawn.at = pattern.deltas[0] + step;
  drawn.sense = static_cast<turn16>(random.next());
  drawn.bond_q16 = random.below(2) * random.below(bond_most + 1);
  drawn.luck_q16 = random.below(65536);
  return drawn;
}

/// Darts of which the lanes say something else than site_of.
int differing_sites(std::uint64_t seed) {
  random_stream random(seed);
  std::array<finger_pattern, site_lanes::most> patterns;
  std::array<dart, site_lanes::most> darts;
  site_lanes lanes;
  for (std::size_t lane = 0; lane < patterns.size(); ++lane) {
    do {
      patterns[lane] = make_pattern(random.next(), static_cast<std::uint8_t>(1 + random.below(10)));
    } while (patterns[lane].kind == pattern_class::arch);
    lanes.set_pattern(lane, patterns[lane]);
  }
  int differing = 0;
  for (int round = 0; round < 200; ++round) {
    const std::size_t count = 1 + random.below(site_lanes::most);
    for (std::size_t lane = 0; lane < count; ++lane) {
      darts[lane] = draw_dart(random, patterns[lane]);
      lanes.set_dart(lane, darts[lane]);
    }
    lanes.look(count);
    for (std::size_t lane = 0; lane < count; ++lane) {
      const site one = site_of(patterns[lane], darts[lane]), many = lanes[lane];
      differing += one.orientation != many.orientation || one.favour_q16 != many.favour_q16 ||
                   one.stays != many.stays;
    }
  }
  return differing;
}

}  // namespace

TEST_CASE("synthesis sites: many at once are as one by one, on each instruction set") {
  for (const std::string& target : simd_targets()) {
    CAPTURE(target);
    const only_simd_target only(target);
    int differing = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) differing += differing_sites(seed);
    CHECK(differing == 0);
  }
}

TEST_CASE("synthesis sites: a seed means the same person on each instruction set") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const synthetic_person usual = make_person(seed);
    for (const std::string& target : simd_targets()) {
      CAPTURE(target);
      const only_simd_target only(target);
      const synthetic_person same = make_person(seed);
      for (std::size_t i = 0; i < usual.fingers.size(); ++i)
        CHECK(same.fingers[i].minutiae == usual.fingers[i].minutiae);
    }
  }
}

TEST_CASE("synthesis sites: a taken place crowds those near it and no others") {
  finger_pattern pattern = make_pattern(5, 1);
  const point_q8 corner{pattern.half_width, pattern.half_height};
  const point_q8 places[] = {{0, 0}, {-1, -1}, corner, {-corner.x, -corner.y}, {4321, -8765}};
  for (const point_q8& at : places) {
    taken_places taken(pattern);
    CHECK(!taken.crowded(at));
    taken.take(at, 0);
    for (std::int64_t x = -12; x <= 12; ++x) {
      for (std::int64_t y = -12; y <= 12; ++y) {
        const point_q8 near = at + point_q8{x * q8_one, y * q8_one};
        if (std::abs(near.x) > corner.x || std::abs(near.y) > corner.y) continue;
        if (x * x + y * y < 5 * 5) CHECK(taken.crowded(near));
        if (x * x + y * y > 9 * 9) CHECK(!taken.crowded(near));
      }
    }
  }
}
