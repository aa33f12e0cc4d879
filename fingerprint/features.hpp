// A print's minutiae as the matcher sees them: at 500 dpi, y upwards, best ones first.
// Values only; order and content do not depend on the order of minutiae in the template.
#pragma once

#include <cstdint>
#include <vector>

#include "fingerprint/template.hpp"

namespace whorl::fingerprint {

struct feature {
  std::int16_t x = 0;  ///< pixels at 500 dpi, |x| <= feature_coordinate_max
  std::int16_t y = 0;  ///< upwards, so that angles turn counter-clockwise
  std::uint8_t angle = 0;
  std::uint8_t quality = 0;

  friend bool operator==(const feature&, const feature&) = default;
};

/// Enough for the largest image (16,383 px) at 500 dpi; beyond, coordinates are clamped.
inline constexpr int feature_coordinate_max = 8191;

/// The order of extract_features.
bool ranks_before(const feature& a, const feature& b);

/// All minutiae (at most limits::minutiae_max), by quality, then nearness to the centre of the
/// print, then place: the first n are the best n. Coordinates are relative to the middle of the
/// minutiae.
std::vector<feature> extract_features(const print_template& print);

}  // namespace whorl::fingerprint
