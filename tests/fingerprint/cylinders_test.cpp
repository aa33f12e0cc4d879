#include "fingerprint/cylinders.hpp"

#include <doctest/doctest.h>

#include <bit>

#include "fingerprint/fixed_math.hpp"
#include "tests/fingerprint/sample_prints.hpp"

using namespace whorl::fingerprint;

TEST_CASE("cylinder: empty without neighbours, the top 16 bits stay zero") {
  const feature alone{0, 0, 10, 50};
  CHECK(count_ones(make_cylinder(alone, std::vector{alone})) == 0);
  const auto all = extract_features(whorl::test::sample_print(1, 255));
  for (const feature& each : all) {
    const cylinder bits = make_cylinder(each, all);
    CHECK((bits[3] >> 48) == 0);
    CHECK(count_ones(bits) <= 240);
  }
}

TEST_CASE("cylinder: a neighbour ahead sets bits of its own cell, one too far away none") {
  const feature centre{0, 0, 0, 50}, ahead{44, 9, 0, 50}, far{140, 0, 0, 50};
  // Cells of row y = +0.5: rows 0..3 hold 4, 6, 8 and 6 cells (the middle two are left out).
  const cylinder bits = make_cylinder(centre, std::vector{centre, ahead});
  CHECK(count_ones(bits) > 0);
  CHECK(count_ones(bits) <= 10);
  CHECK(count_ones(make_cylinder(centre, std::vector{centre, far})) == 0);
}

TEST_CASE("cylinder: does not change when the whole print is turned by quarters") {
  std::vector<feature> all = extract_features(whorl::test::sample_print(2, 30));
  const cylinder before = make_cylinder(all[0], all);
  for (feature& each : all)
    each = {static_cast<std::int16_t>(-each.y), each.x, static_cast<std::uint8_t>(each.angle + 64),
            each.quality};
  CHECK(make_cylinder(all[0], all) == before);
}

TEST_CASE("fixed_math: sines, roots and angle differences") {
  CHECK(fixed_math::sin_q14(0) == 0);
  CHECK(fixed_math::sin_q14(128) == 16384);
  CHECK(fixed_math::cos_q14(-256) == -16384);
  CHECK(fixed_math::sin_q14(64) == 11585);
  CHECK(fixed_math::angle_difference(250, 6) == -12);
  CHECK(fixed_math::square_root(99) == 9);
  CHECK(fixed_math::square_root(0xffffffff) == 65535);
}
