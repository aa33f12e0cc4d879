// Decimal logarithms in hundredths, in integers: the unit of evidence and of its thresholds.
#pragma once

#include <array>
#include <cstdint>

namespace whorl::fingerprint {

namespace decades_detail {

/// 10^(k/100) in Q20, rounded down, by repeated products of 10^(1/100); made by the compiler.
inline constexpr auto tenth_powers = [] {
  constexpr double step = 1.0232929922807541309662751748;  // 10^(1/100)
  std::array<std::uint32_t, 101> table{};
  double power = 1;
  for (auto& each : table) each = static_cast<std::uint32_t>(power * (1 << 20)), power *= step;
  table[100] = 10u << 20;
  return table;
}();

}  // namespace decades_detail

/// 100 * log10(n), rounded up; 0 for n <= 1. Rounded up, a threshold or a price made of it errs
/// towards fewer false matches.
constexpr std::uint32_t hundred_log10(std::uint64_t n) {
  std::uint32_t out = 0;
  while (n > 1'000'000'000) n = n / 10 + (n % 10 != 0), out += 100;
  std::uint64_t unit = 1;
  while (n > unit * 10) unit *= 10, out += 100;
  if (n <= 1) return out;
  std::uint32_t k = 0;
  while (decades_detail::tenth_powers[k] * unit < n << 20) ++k;
  return out + k;
}

}  // namespace whorl::fingerprint
