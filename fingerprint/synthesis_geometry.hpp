// Plane geometry of the synthesiser in integers only: floating point may be contracted, and libm's
// last bit differs by version, so neither would give the same people everywhere.
// Lengths are 1/256 pixel at 500 dpi ("q8"), fractions 1/65536 ("q16"), angles 1/65536 turn,
// counter-clockwise with y pointing up; images have y down, and the caller turns the sign once.
// Plain values.
#pragma once

#include <algorithm>
#include <cstdint>

namespace whorl::fingerprint {

inline constexpr std::int64_t q8_one = 256;
inline constexpr std::int64_t q16_one = 65536;

/// 1/65536 turn; wraps by itself.
using turn16 = std::uint16_t;

/// A place or an offset in 1/256 pixel, y up. Offsets stay below 2^20 pixels.
struct point_q8 {
  std::int64_t x = 0;
  std::int64_t y = 0;

  friend bool operator==(const point_q8&, const point_q8&) = default;
  friend point_q8 operator+(point_q8 a, point_q8 b) { return {a.x + b.x, a.y + b.y}; }
  friend point_q8 operator-(point_q8 a, point_q8 b) { return {a.x - b.x, a.y - b.y}; }
};

/// Sine and cosine in q16, off by less than 2 in 10,000; exact at the quarter turns.
std::int32_t sin_q16(turn16 angle);
std::int32_t cos_q16(turn16 angle);

/// Angle of (x, y), off by less than 3/65536 turn; (0, 0) gives 0.
turn16 direction_of(point_q8 offset);

/// `at` turned about the origin.
point_q8 rotate(point_q8 at, turn16 angle);

/// (x / half_width)^2 + (y / half_height)^2 in q16: below q16_one means inside the ellipse.
std::int64_t ellipse_q16(point_q8 at, std::int64_t half_width_q8, std::int64_t half_height_q8);

/// value * share in q16, rounded to nearest (halves up).
constexpr std::int64_t scale_q16(std::int64_t value, std::int64_t share_q16) {
  return (value * share_q16 + q16_one / 2) >> 16;
}

constexpr std::int64_t square(std::int64_t value) { return value * value; }

/// A rounded rectangle about the origin, divided by once: an area that many points are asked about.
class squircle {
 public:
  /// Half sides of 8 to 4,096 pixels.
  squircle(std::int64_t half_width_q8, std::int64_t half_height_q8)
      : across_((std::int64_t{1} << 40) / half_width_q8),
        up_((std::int64_t{1} << 40) / half_height_q8) {}

  /// (x / half_width)^4 + (y / half_height)^4 in q16, at most 32: below q16_one means inside.
  std::int64_t edge_q16(point_q8 at) const {
    return fourth_power((at.x * across_) >> 28) + fourth_power((at.y * up_) >> 28);
  }

 private:
  static constexpr std::int64_t fourth_power(std::int64_t share_q12) {
    constexpr std::int64_t twice = 2 << 12;  // farther out is all the same
    const std::int64_t squared = square(std::clamp(share_q12, -twice, twice));
    return square(squared) >> 32;
  }

  std::int64_t across_, up_;
};

}  // namespace whorl::fingerprint
