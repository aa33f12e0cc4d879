#include "fingerprint/synthesis_geometry.hpp"

#include <cstdlib>

#include "fingerprint/synthesis_quick.hpp"

namespace whorl::fingerprint {
using quick::arc_tangent;
using quick::sin_first_quarter;

std::int32_t sin_q16(turn16 angle) {
  const std::int64_t half = angle & 0x7FFF;  // sine repeats with the other sign after half a turn
  const std::int64_t mirrored = half <= 0x4000 ? half : 0x8000 - half;
  const auto value = static_cast<std::int32_t>(sin_first_quarter(mirrored * 4));
  return angle < 0x8000 ? value : -value;
}

std::int32_t cos_q16(turn16 angle) { return sin_q16(static_cast<turn16>(angle + 0x4000)); }

turn16 direction_of(point_q8 offset) {
  const std::int64_t across = std::abs(offset.x);
  const std::int64_t up = std::abs(offset.y);
  if (across == 0 && up == 0) return 0;
  std::int64_t turn =
      up <= across ? arc_tangent((up << 16) / across) : 0x4000 - arc_tangent((across << 16) / up);
  if (offset.x < 0) turn = 0x8000 - turn;
  if (offset.y < 0) turn = -turn;
  return static_cast<turn16>(turn);
}

point_q8 rotate(point_q8 at, turn16 angle) {
  const std::int64_t sine = sin_q16(angle);
  const std::int64_t cosine = cos_q16(angle);
  return {(at.x * cosine - at.y * sine + q16_one / 2) >> 16,
          (at.x * sine + at.y * cosine + q16_one / 2) >> 16};
}

std::int64_t ellipse_q16(point_q8 at, std::int64_t half_width_q8, std::int64_t half_height_q8) {
  const std::int64_t across = (at.x << 12) / half_width_q8;  // q12 keeps the squares in 64 bits
  const std::int64_t up = (at.y << 12) / half_height_q8;
  return (square(across) + square(up)) >> 8;
}

}  // namespace whorl::fingerprint
