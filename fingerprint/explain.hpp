// Why two prints were judged alike or not: every stage's figures and which minutiae were paired.
// Computes what matcher.hpp does, with the same functions, and keeps what that throws away.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fingerprint/precise.hpp"
#include "fingerprint/template.hpp"

namespace whorl::fingerprint {

/// A minutia that the matcher stores of a print: pixels at 500 dpi from the middle of the print's
/// minutiae, y up; direction in 1/256 turn, counter-clockwise.
struct stored_minutia {
  int x = 0, y = 0;
  std::uint8_t angle = 0;
  std::uint8_t quality = 0;  ///< 0: not reported
};

struct explained_mate {
  unsigned a = 0, b = 0;    ///< indices into the prints' stored minutiae
  double distance_px = 0;   ///< after the motion
  double turn_degrees = 0;  ///< between the directions, after the motion; -180..180
  unsigned similarity = 0;  ///< of the surroundings (cylinders), 0..255
};

struct explanation {
  std::vector<stored_minutia> a, b;
  std::size_t minutiae_a = 0, minutiae_b = 0;  ///< in the templates, before the cap
  std::uint32_t coarse = 0;                    ///< stage one: a as the probe
  unsigned candidate_pairs = 0;
  alignment evidence;
  rigid_motion motion;  ///< from a to b
  std::vector<explained_mate> mates;
  std::uint16_t score = 0;   ///< as match_fingers()
  std::int32_t llr_100 = 0;  ///< 100 * log10 of the likelihood ratio
};

/// Any two prints, also without minutiae (score 0, no mates).
explanation explain(const print_template& a, const print_template& b);

/// Both prints side by side, mates in one colour and joined by lines. `name_a`, `name_b`: captions.
std::string pair_svg(const explanation& compared, const std::string& name_a,
                     const std::string& name_b);

}  // namespace whorl::fingerprint
