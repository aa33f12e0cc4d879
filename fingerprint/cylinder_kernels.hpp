// The inner loop of building descriptors, compiled for several instruction sets and chosen at run
// time; all give the same bits. Used by cylinders.cpp alone, which has the tables and their source.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "fingerprint/cylinders.hpp"

namespace whorl::fingerprint {

/// A print's minutiae in columns, padded to a multiple of points_step with places far from all.
inline constexpr std::size_t points_step = 16;
struct point_columns {
  std::vector<std::int32_t> x, y, angle;
};

// Lengths in quarter pixels: cells are 70 apart, the first at -245, and reach 112 (3 sigma).
inline constexpr int cell_step = 70, first_cell = -245, cell_reach = 112;

/// The cells lie in a grid with a border, so that a neighbour's 4 x 4 cells need no bounds: three
/// rows and columns before the 8 x 8 of the cylinder and five after them.
inline constexpr int grid_border = 3, grid_side = 16, grid_bins = 8;
struct cylinder_tables {
  /// By the squared distance >> 4; zero from the reach on. The farthest of a neighbour's 4 x 4
  /// cells is 168 away in x and in y.
  std::array<std::uint16_t, (2 * 168 * 168 >> 4) + 1> spatial;
  /// By the difference of directions in 1/256 of a turn; 5 bins, then zeros.
  std::array<std::array<std::uint32_t, grid_bins>, 256> direction;
  /// A sum above it sets the bit.
  std::uint32_t threshold;
};

/// The cylinder of `centre` among `points`, but for the one at index `skipped`. At most
/// limits::minutiae_max points; scratch is the kernel's own.
cylinder cylinder_of(const feature& centre, const point_columns& points, std::size_t skipped,
                     const cylinder_tables& tables);

}  // namespace whorl::fingerprint
