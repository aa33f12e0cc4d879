// Sine and direction from tables, inline, for what the synthesiser needs hundreds of times a
// finger; made at compile time from the polynomials that synthesis_geometry.cpp uses, so equal
// everywhere.
#pragma once

#include <array>
#include <cstdint>

#include "fingerprint/synthesis_geometry.hpp"

namespace whorl::fingerprint {
namespace quick {

/// Sine over the first quarter turn. Polynomial of Abramowitz and Stegun 4.3.96, its argument
/// rescaled to quarter turns and its coefficients to q16.
constexpr std::int64_t sin_first_quarter(std::int64_t quarter_q16) {
  const std::int64_t squared = scale_q16(quarter_q16, quarter_q16);
  const std::int64_t inner = -42177 + scale_q16(4769, squared);
  return scale_q16(quarter_q16, 102944 + scale_q16(inner, squared));
}

/// Arc tangent of a ratio in [0, 1] (q16), in 1/65536 turn: Abramowitz and Stegun 4.4.49, rescaled.
constexpr std::int64_t arc_tangent(std::int64_t ratio_q16) {
  const std::int64_t squared = scale_q16(ratio_q16, ratio_q16);
  std::int64_t sum = -888 + scale_q16(217, squared);
  sum = 1879 + scale_q16(sum, squared);
  sum = -3445 + scale_q16(sum, squared);
  sum = 10429 + scale_q16(sum, squared);
  return scale_q16(ratio_q16, sum);
}

/// Sine of every 64th of 65536 turns.
inline constexpr std::array<std::int32_t, 1024> sine_table = [] {
  std::array<std::int32_t, 1024> table{};
  for (std::int64_t i = 0; i < 1024; ++i) {
    const std::int64_t half = (i * 64) & 0x7FFF;
    const std::int64_t mirrored = half <= 0x4000 ? half : 0x8000 - half;
    const std::int64_t value = sin_first_quarter(mirrored * 4);
    table[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(i < 512 ? value : -value);
  }
  return table;
}();

/// Arc tangent of every ratio of 1/1024.
inline constexpr std::array<std::uint16_t, 1025> arc_table = [] {
  std::array<std::uint16_t, 1025> table{};
  for (std::int64_t i = 0; i <= 1024; ++i)
    table[static_cast<std::size_t>(i)] = static_cast<std::uint16_t>(arc_tangent(i * 64));
  return table;
}();

}  // namespace quick

/// Off by less than 1 in 300.
inline std::int32_t sin_quick(turn16 angle) {
  return quick::sine_table[((angle + 32u) & 0xFFFF) >> 6];
}

inline std::int32_t cos_quick(turn16 angle) {
  return sin_quick(static_cast<turn16>(angle + 0x4000));
}

/// Off by less than 16/65536 turn, for offsets below 2^12 pixels; (0, 0) gives 0.
inline turn16 direction_quick(point_q8 offset) {
  const auto x = static_cast<std::int32_t>(offset.x);
  const auto y = static_cast<std::int32_t>(offset.y);
  const auto across = static_cast<std::uint32_t>(x < 0 ? -x : x);
  const auto up = static_cast<std::uint32_t>(y < 0 ? -y : y);
  const std::uint32_t less = across < up ? across : up;
  const std::uint32_t more = across < up ? up : across;
  if (more == 0) return 0;
  const std::uint32_t arc = quick::arc_table[(less << 10) / more];
  std::uint32_t turn = across < up ? 0x4000u - arc : arc;
  turn = x < 0 ? 0x8000u - turn : turn;
  return static_cast<turn16>(y < 0 ? 0u - turn : turn);
}

}  // namespace whorl::fingerprint
