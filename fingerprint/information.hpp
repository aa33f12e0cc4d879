// What a minutia tells: where many lie close together (smudges, scars, spurious ones at an edge),
// chance lays them on one another, so each counts for less, as mate and as missing mate alike.
#pragma once

#include <array>
#include <cstdint>

#include "fingerprint/search_entry.hpp"

namespace whorl::fingerprint {

struct information {
  std::array<std::uint16_t, stored_lanes_max> root;    ///< square root of the weight, 0 to 256
  std::array<std::uint16_t, stored_lanes_max> weight;  ///< 256: alone within crowd_radius
  std::uint32_t total = 0;                             ///< sum of the weights
};

/// weight = 1 / (1 + crowd_gain * sum over the other minutiae of max(0, 1 - distance^2 /
/// crowd_radius^2)). Quadratic in the stored minutiae: bounded.
void weigh_minutiae(const finger_view& finger, information& out);

}  // namespace whorl::fingerprint
