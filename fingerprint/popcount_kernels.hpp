// The inner loops that a search spends its time in: popcounts over columns of cylinders. Compiled
// for each instruction set and chosen at run time (simd_targets.hpp); all give the same integers.
// Columns: word w of minutia i stands at words[w * lanes + i].
#pragma once

#include <array>
#include <cstdint>

#include "fingerprint/angle_gate.hpp"
#include "fingerprint/cylinders.hpp"
#include "fingerprint/search_entry.hpp"

namespace whorl::fingerprint {

/// Hamming distances of all minutiae of `a` to all lanes of `b`: out[i * b.lanes + j].
void hamming_matrix(const finger_view& a, const finger_view& b, std::uint8_t* out);

/// A probe's finger as stage one wants it, made once for a search: what a group of lanes is gated
/// to is looked up, and its minutiae (in order of angle) lie one behind the other, twice.
struct gated_finger {
  struct minutia_row {
    std::array<std::uint64_t, cylinder_words> words{};
    std::uint64_t base = 0;  ///< beta * ones, above key_offset, in 1/256
  };
  /// What is compared is never negative: a Hamming distance costs 61,440 at most.
  static constexpr std::uint64_t key_offset = 1 << 17;

  gated_finger() = default;
  explicit gated_finger(const finger_view& finger);
  explicit operator bool() const { return count != 0; }

  unsigned count = 0;  ///< minutiae for stage one
  angle_gate by_angle;
  alignas(64) std::array<minutia_row, std::size_t{2} * parameters::coarse_minutiae_max> rows{};
};

/// Stage one's sum over the lanes of `gallery`: the best, over the probe's minutiae within the gate
/// of the lane's group of eight, of beta * (ones_a + ones_b) - hamming, clipped at zero; in 1/256.
std::uint32_t coarse_sum(const gated_finger& probe, const finger_view& gallery);
/// For a single comparison.
inline std::uint32_t coarse_sum(const finger_view& probe, const finger_view& gallery) {
  return coarse_sum(gated_finger(probe), gallery);
}

}  // namespace whorl::fingerprint
