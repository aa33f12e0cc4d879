// The two inner loops that a search spends its time in: popcounts over columns of cylinders.
// Compiled for several instruction sets and chosen at load time (GCC's target_clones); all give the
// same integers. Columns: word w of minutia i stands at words[w * lanes + i].
#pragma once

#include <cstdint>

#include "fingerprint/search_entry.hpp"

namespace whorl::fingerprint {

/// Hamming distances of all minutiae of `a` to all lanes of `b`: out[i * b.lanes + j].
void hamming_matrix(const finger_view& a, const finger_view& b, std::uint8_t* out);

/// Stage one's sum over the lanes of `gallery`: the best, over the probe's minutiae within the gate
/// of the lane's group, of beta * (ones_a + ones_b) - hamming, clipped at zero; in 1/256.
std::uint32_t coarse_sum(const finger_view& probe, const finger_view& gallery);

}  // namespace whorl::fingerprint
