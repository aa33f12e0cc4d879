// Chance from seeds: splitmix64 to spread a seed, xoshiro256** to draw from it, and the few shapes
// of draw that the project needs, all in integers, so that a seed means the same on every machine,
// compiler and standard library. Header only; a stream is a plain value that its user owns.
// Not for keys or anything secret.
// Sources: Steele, Lea, Flood 2014 (splitmix64); Blackman, Vigna 2018 (xoshiro256**), public
// domain.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <initializer_list>

namespace whorl::fingerprint {

/// One step of splitmix64: a mix of 64 bits that never maps two inputs to one output.
constexpr std::uint64_t mix64(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15ull;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ull;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBull;
  return value ^ (value >> 31);
}

class random_stream {
 public:
  /// `path` names the stream below the seed, such as {finger, impression}: a stream for each
  /// purpose, so that one more draw here never shifts the draws there.
  constexpr explicit random_stream(std::uint64_t seed,
                                   std::initializer_list<std::uint64_t> path = {}) {
    std::uint64_t key = mix64(seed);
    for (const std::uint64_t step : path) key = mix64(key ^ mix64(step));
    for (std::uint64_t& word : state_) word = key = mix64(key);
  }

  constexpr std::uint64_t next() {
    const std::uint64_t drawn = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return drawn;
  }

  /// Uniform in [0, bound), bound > 0. Biased by less than bound / 2^32.
  constexpr std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
  }

  /// Uniform in [low, high], both included; high - low < 2^31.
  constexpr std::int32_t between(std::int32_t low, std::int32_t high) {
    return low + static_cast<std::int32_t>(below(static_cast<std::uint32_t>(high - low) + 1));
  }

  /// True with probability share_q16 / 65536; values outside 0..65536 mean never and always.
  constexpr bool chance(std::int64_t share_q16) {
    return static_cast<std::int64_t>(next() >> 48) < share_q16;
  }

  /// Normal with mean 0 and standard deviation 65536 (1 in Q16): twelve uniforms of 16 bits, summed
  /// (Irwin-Hall). Never beyond six standard deviations, which is a bound that callers may use.
  constexpr std::int64_t normal_q16() {
    std::int64_t sum = 0;
    for (int word = 0; word < 3; ++word) {
      const std::uint64_t bits = next();
      for (unsigned lane = 0; lane < 64; lane += 16) {
        sum += static_cast<std::int64_t>((bits >> lane) & 0xFFFF);
      }
    }
    return sum - 6 * 65535;
  }

  /// The same shape from one draw of four uniforms: cheaper, never beyond 3.5 deviations.
  constexpr std::int64_t rough_normal_q16() {
    const std::uint64_t bits = next();
    // Two sums of two, side by side, then their sum.
    const std::uint64_t pairs = (bits & 0x0000FFFF0000FFFF) + ((bits >> 16) & 0x0000FFFF0000FFFF);
    const std::int64_t sum = static_cast<std::uint32_t>(pairs + (pairs >> 32));
    return ((sum - 2 * 65535) * 7094) >> 12;  // over the deviation of four uniforms, sqrt(4 / 12)
  }

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace whorl::fingerprint
