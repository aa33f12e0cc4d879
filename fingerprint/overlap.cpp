#include "fingerprint/overlap.hpp"

#include <algorithm>
#include <array>

namespace whorl::fingerprint {
namespace {

static_assert(parameters::stored_minutiae_max <= 64, "minutiae are bits of one word");

/// x, y, x + y, x - y: the normals of an octagon.
std::array<std::int32_t, 4> projections(std::int32_t x, std::int32_t y) {
  return {x, y, x + y, x - y};
}

}  // namespace

std::uint64_t overlapping(const placed_minutiae& print, unsigned count, const placed_minutiae& area,
                          unsigned area_count) {
  constexpr std::int32_t margin = parameters::overlap_margin * 4, diagonal = margin * 181 / 128;
  constexpr std::array<std::int32_t, 4> margins = {margin, margin, diagonal, diagonal};
  std::array<std::int32_t, 4> low, high;
  low.fill(1 << 20);
  high.fill(-(1 << 20));
  for (unsigned i = 0; i < area_count; ++i) {
    const auto at = projections(area.x[i], area.y[i]);
    for (std::size_t k = 0; k < 4; ++k) {
      low[k] = std::min(low[k], at[k]);
      high[k] = std::max(high[k], at[k]);
    }
  }
  std::uint64_t inside = 0;
  for (unsigned i = 0; i < count; ++i) {
    const auto at = projections(print.x[i], print.y[i]);
    bool within = true;
    for (std::size_t k = 0; k < 4; ++k)
      within = within && at[k] >= low[k] - margins[k] && at[k] <= high[k] + margins[k];
    inside |= std::uint64_t{within} << i;
  }
  return inside;
}

}  // namespace whorl::fingerprint
