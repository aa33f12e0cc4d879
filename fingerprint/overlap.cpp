#include "fingerprint/overlap.hpp"

#include <algorithm>
#include <array>

#include "fingerprint/rigid_fit.hpp"

namespace whorl::fingerprint {
namespace {

/// x, y, x + y, x - y: the normals of an octagon.
std::array<std::int32_t, 4> projections(std::int32_t x, std::int32_t y) {
  return {x, y, x + y, x - y};
}

}  // namespace

unsigned overlap_count(const finger_view& print, const finger_view& area,
                       const rigid_motion& motion) {
  std::array<std::int32_t, 4> low, high;
  low.fill(1 << 20);
  high.fill(-(1 << 20));
  for (unsigned i = 0; i < area.count; ++i) {
    const auto at = projections(area.x[i] * 4, area.y[i] * 4);
    for (std::size_t k = 0; k < 4; ++k) {
      low[k] = std::min(low[k], at[k]);
      high[k] = std::max(high[k], at[k]);
    }
  }
  constexpr int margin = parameters::overlap_margin * 4;
  unsigned inside = 0;
  for (unsigned i = 0; i < print.count; ++i) {
    const quarter_point point = moved(motion, print.x[i], print.y[i]);
    const auto at = projections(point.x, point.y);
    bool within = true;
    for (std::size_t k = 0; k < 4; ++k)
      within = within && at[k] >= low[k] - margin && at[k] <= high[k] + margin;
    inside += within ? 1 : 0;
  }
  return inside;
}

}  // namespace whorl::fingerprint
