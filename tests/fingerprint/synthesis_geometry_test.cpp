#include "fingerprint/synthesis_geometry.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace whorl::fingerprint;

TEST_CASE("synthesis geometry: sine, direction and rotation agree with libm") {
  for (int angle = 0; angle < 65536; angle += 7) {
    const double radians = angle * 2 * M_PI / 65536;
    const auto turn = static_cast<turn16>(angle);
    REQUIRE(std::abs(sin_q16(turn) / 65536.0 - std::sin(radians)) < 2.5e-4);
    REQUIRE(std::abs(cos_q16(turn) / 65536.0 - std::cos(radians)) < 2.5e-4);
    const point_q8 at{std::llround(std::cos(radians) * 50000),
                      std::llround(std::sin(radians) * 50000)};
    REQUIRE(std::abs(static_cast<std::int16_t>(direction_of(at) - turn)) <= 4);
  }
  CHECK(sin_q16(0x4000) == 65536);
  CHECK(cos_q16(0) == 65536);
  CHECK(rotate({25600, 0}, 0x4000) == point_q8{0, 25600});
  CHECK(direction_of({0, 0}) == 0);
}

TEST_CASE("synthesis geometry: a squircle holds its half axes and reaches into the corners") {
  const squircle area(200 * 256, 300 * 256);
  CHECK(area.edge_q16({0, 0}) == 0);
  CHECK(area.edge_q16({199 * 256, 0}) < q16_one);
  CHECK(area.edge_q16({0, -299 * 256}) < q16_one);
  CHECK(area.edge_q16({201 * 256, 0}) > q16_one);
  CHECK(area.edge_q16({0, 301 * 256}) > q16_one);
  // (0.84)^4 is one half.
  CHECK(area.edge_q16({167 * 256, -251 * 256}) < q16_one);
  CHECK(area.edge_q16({170 * 256, 254 * 256}) > q16_one);
  CHECK(area.edge_q16({1 << 30, 1 << 30}) == 32 * q16_one);  // no overflow far out
}
