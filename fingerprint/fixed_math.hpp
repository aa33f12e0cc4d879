// Integer tables for the matcher, computed by the compiler: sines, exponentials and the normal
// distribution. Constant evaluation is IEEE exact, so the tables, and with them all scores, are
// equal on every build, -O level and processor; no run-time floating point stands in the decision
// path.
#pragma once

#include <array>
#include <cstdint>

namespace whorl::fingerprint::fixed_math {

/// exp(x) for x <= 0: halving to |x| < 1/16, then the Taylor series, then squaring back.
constexpr double exp_negative(double x) {
  int halvings = 0;
  while (x < -0.0625) x *= 0.5, ++halvings;
  double term = 1, sum = 1;
  for (int n = 1; n < 12; ++n) term *= x / n, sum += term;
  while (halvings-- > 0) sum *= sum;
  return sum;
}

constexpr double pi = 3.14159265358979323846;

/// sin(x) for |x| <= pi by its Taylor series.
constexpr double sine(double x) {
  double term = x, sum = x;
  for (int n = 1; n < 16; ++n) term *= -x * x / ((2 * n) * (2 * n + 1)), sum += term;
  return sum;
}

constexpr std::int32_t round_to_int(double x) {
  return static_cast<std::int32_t>(x < 0 ? x - 0.5 : x + 0.5);
}

inline constexpr int turn = 512;      ///< angle steps in a full turn in sine_table
inline constexpr int sine_bits = 14;  ///< 1.0 is 1 << 14

inline constexpr auto sine_table = [] {
  std::array<std::int16_t, turn> table{};
  for (int i = 0; i < turn; ++i) {
    const int centred = i < turn / 2 ? i : i - turn;
    table[static_cast<std::size_t>(i)] =
        static_cast<std::int16_t>(round_to_int(sine(2 * pi * centred / turn) * (1 << sine_bits)));
  }
  return table;
}();

/// Sine and cosine of `angle` / 512 of a turn, any integer.
constexpr std::int32_t sin_q14(int angle) {
  return sine_table[static_cast<unsigned>(angle) % turn];
}
constexpr std::int32_t cos_q14(int angle) { return sin_q14(angle + turn / 4); }

/// round(x / 2^bits), halves away from... upwards: one fixed rule for both signs.
constexpr std::int32_t shift_round(std::int64_t x, int bits) {
  return static_cast<std::int32_t>((x + (std::int64_t{1} << (bits - 1))) >> bits);
}

/// The difference of two angles of 256 steps, -128 to 127.
constexpr int angle_difference(std::uint8_t a, std::uint8_t b) {
  return static_cast<std::int8_t>(static_cast<std::uint8_t>(a - b));
}

/// floor(sqrt(x)).
constexpr std::uint32_t square_root(std::uint32_t x) {
  std::uint32_t root = 0;
  for (std::uint32_t bit = 1u << 15; bit != 0; bit >>= 1) {
    const std::uint32_t trial = root | bit;
    if (std::uint64_t{trial} * trial <= x) root = trial;
  }
  return root;
}

}  // namespace whorl::fingerprint::fixed_math
