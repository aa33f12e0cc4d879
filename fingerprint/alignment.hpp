// Stage two, second half: one motion for the whole print, rigid first, then with the skin's
// stretch (elastic.hpp), and what then lies on what.
// This is what mends the false-match tail: locally similar pairs of two different fingers seldom
// agree on one motion. Bounded: at most stored_minutiae_max^2 distances for each of a few seeds.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "fingerprint/relaxation.hpp"
#include "fingerprint/search_entry.hpp"

namespace whorl::fingerprint {

/// b = R a + shift, R = (cosine, -sine; sine, cosine) in Q14.
struct rigid_motion {
  std::int32_t cosine = 1 << 14;
  std::int32_t sine = 0;
  std::int32_t shift_x = 0;  ///< quarter pixels
  std::int32_t shift_y = 0;
  std::uint8_t rotation =
      0;  ///< mean of the mates' own turns, 256 steps: for the minutiae's angles
};

/// What two prints have in common under their best motion.
struct alignment {
  unsigned mates = 0;      ///< minutiae that lie on one another
  unsigned weight = 0;     ///< the mates' nearness, similarity and information; at most 256 a mate
  unsigned overlap_a = 0;  ///< a's minutiae that fall into b's area
  unsigned overlap_b = 0;
  /// Information (information.hpp; 256 for a minutia that stands alone) of the minutiae in the
  /// overlap and of all that are stored, of both prints together.
  unsigned overlap_information = 0;
  unsigned information = 0;
};

/// Two minutiae that lie on one another.
struct mate {
  std::uint8_t a = 0, b = 0;
  std::uint16_t cost = 0;  ///< squared distance and angle, in squared tolerances of 256
};

/// What one mate counts: its nearness, what its place alone (`base` of 256) and its cylinders
/// (`similar` of 256; similarity 0 to 255, mate_similar_at counts in full) say, and its information
/// (`told`: product of the two roots, 2^16 at most). At most 256 where base + similar is.
inline unsigned mate_weight(unsigned cost, unsigned similarity, unsigned told, unsigned base,
                            unsigned similar) {
  const unsigned nearness = 512u - std::min(cost, 512u);
  const unsigned alike = std::min(similarity, parameters::mate_similar_at);
  const unsigned likeness = base + alike * similar / parameters::mate_similar_at;
  return ((nearness * likeness >> 9) * told) >> 16;
}

/// How far from one another two minutiae may lie that count as mates.
struct tolerance {
  int distance = 0;  ///< px
  int angle = 0;     ///< 256 steps
};
/// What is studied beside the tolerance in use (combination.hpp), which is the one at
/// compiled_tolerance.
inline constexpr std::array<tolerance, 6> studied_tolerances = {
    {{8, 14},
     {parameters::mate_distance, parameters::mate_angle},
     {12, 18},
     {12, 24},
     {14, 24},
     {14, 30}}};
inline constexpr std::size_t compiled_tolerance = 1;

/// For whoever wants to see why: the best rigid motion, and who lay on whom under it and the
/// stretch, nearest first; and who would with other tolerances.
struct alignment_trace {
  rigid_motion motion;
  std::vector<mate> mates;
  std::array<std::vector<mate>, studied_tolerances.size()> mates_within;
};

/// `trace`: filled where given; left as it is where nothing lay on anything.
alignment align(const finger_view& a, const finger_view& b, const std::uint8_t* hamming,
                const relaxed_pairs& relaxed, alignment_trace* trace = nullptr);

}  // namespace whorl::fingerprint
