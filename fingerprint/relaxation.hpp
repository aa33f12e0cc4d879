// Stage two, first half: which pairs of minutiae (one of each print) agree with one another.
// Local similarity of cylinders proposes pairs; relaxation (MCC section 4.4, LSSR) strengthens
// those that many others are geometrically compatible with. At most candidate_pairs_max pairs:
// bounded.
#pragma once

#include <array>
#include <cstdint>

#include "fingerprint/parameters.hpp"
#include "fingerprint/search_entry.hpp"

namespace whorl::fingerprint {

struct minutia_pair {
  std::uint8_t a = 0;           ///< index in the one print
  std::uint8_t b = 0;           ///< index in the other
  std::int8_t rotation = 0;     ///< angle of b minus angle of a, 256 steps
  std::uint8_t similarity = 0;  ///< of the two cylinders, 0 to 255
};

struct relaxed_pairs {
  unsigned count = 0;
  std::array<minutia_pair, parameters::candidate_pairs_max> pairs;
  std::array<std::uint16_t, parameters::candidate_pairs_max> strength;  ///< after relaxation
  /// Compatibility of two pairs, 0 to 256; symmetric, 0 on the diagonal. Row s is written up to the
  /// count only.
  std::array<std::array<std::uint16_t, parameters::candidate_pairs_max>,
             parameters::candidate_pairs_max>
      compatibility;
};

/// `hamming`: of hamming_matrix(a, b).
void relax_pairs(const finger_view& a, const finger_view& b, const std::uint8_t* hamming,
                 relaxed_pairs& out);

/// Similarity of two cylinders, 0 to 255, from their ones and their distance: by how many standard
/// deviations their common ones exceed what independent bits would share (the hypergeometric
/// distribution), so that sparse and dense surroundings weigh by what they tell. 0 at or below
/// chance.
std::uint8_t cylinder_similarity(unsigned ones_a, unsigned ones_b, unsigned hamming);

}  // namespace whorl::fingerprint
