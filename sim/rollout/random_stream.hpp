// Chance, by name: a stream of draws is fixed by the seed, what it is for and whom it is about, not
// by what was drawn before. Two scenarios that share a seed therefore see the same bookings, people
// and durations (common random numbers), and differ by what the scenario changes alone.
// Generator: splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
// OOPSLA 2014).
#pragma once

#include <cstdint>
#include <string_view>

namespace whorl::rollout {

/// The finaliser of splitmix64: a bijection that scatters.
constexpr std::uint64_t scatter(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}
constexpr std::uint64_t golden_step = 0x9e3779b97f4a7c15ULL;

/// Key of a stream below another key: of a seed for a purpose, of a purpose for an entity.
constexpr std::uint64_t below(std::uint64_t key, std::uint64_t entity) {
  return scatter(key + golden_step * (entity + 1));
}
constexpr std::uint64_t below(std::uint64_t key, std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return below(key, hash);
}

class random_stream {
 public:
  explicit random_stream(std::uint64_t key) : state_(key) {}

  std::uint64_t bits() { return scatter(state_ += golden_step); }
  /// In (0, 1): never an end, so that logarithms are finite.
  double uniform() { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1.0p-53; }
  bool chance(double p) { return uniform() < p; }
  /// In [0, n), n > 0; the bias is below n / 2^32.
  std::uint32_t index(std::uint32_t n) {
    return static_cast<std::uint32_t>(((bits() >> 32) * n) >> 32);
  }
  double exponential(double mean);
  double normal();
  /// Log-normal by its mean and coefficient of variation (standard deviation / mean).
  double lognormal(double mean, double variation);
  /// Exact for every mean: Knuth's product below 12, above by splitting (a sum of Poisson draws is
  /// one) down to it.
  std::uint32_t poisson(double mean);

 private:
  std::uint64_t state_;
};

}  // namespace whorl::rollout
