// The descriptor: one binary cylinder a minutia (bit MCC). A cylinder describes the neighbourhood
// in the minutia's own frame, so two of them compare by popcount alone. 48 cells (an 8 x 8 grid
// over the diameter, without the 12 outside the circle and without the four in the middle, where
// the minutia itself stands) x 5 directions = 240 bits; the top 16 are zero.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "fingerprint/features.hpp"

namespace whorl::fingerprint {

inline constexpr std::size_t cylinder_cells = 48;
inline constexpr std::size_t cylinder_words = 4;
using cylinder = std::array<std::uint64_t, cylinder_words>;

/// The cylinders of `centres` among `all` (limits::minutiae_max at most), each without itself (left
/// out once). Bit = cell * 5 + direction.
std::vector<cylinder> make_cylinders(std::span<const feature> centres,
                                     std::span<const feature> all);
cylinder make_cylinder(const feature& centre, std::span<const feature> all);

unsigned count_ones(const cylinder& bits);

}  // namespace whorl::fingerprint
