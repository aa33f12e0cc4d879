#include "fingerprint/elastic.hpp"

#include <algorithm>

#include "fingerprint/fixed_math.hpp"
#include "fingerprint/vector_clones.hpp"

namespace whorl::fingerprint {
namespace {

using namespace parameters;

constexpr int reach_squared = elastic_reach * elastic_reach;
constexpr int nearness_shift = 6;
constexpr int nearness_top = reach_squared >> nearness_shift;
constexpr int own_weight = nearness_top * nearness_top >> 7;

struct field {
  std::array<std::int32_t, stored_lanes_max> weight{}, x{}, y{}, turn{};
};

/// Adds one mate's residual at (mx, my) to every minutia around: (1 - d^2 / reach^2)^2.
WHORL_VECTOR_CLONES
void spread(const placed_minutiae& rigid, unsigned count, int mx, int my, int dx, int dy, int turn,
            field& out) {
  for (unsigned i = 0; i < count; ++i) {
    const int x = (rigid.x[i] - mx) >> 2, y = (rigid.y[i] - my) >> 2;
    const int near = std::max(0, reach_squared - x * x - y * y) >> nearness_shift;
    const int weight = near * near >> 7;
    out.weight[i] += weight;
    out.x[i] += weight * dx;
    out.y[i] += weight * dy;
    out.turn[i] += weight * turn;
  }
}

}  // namespace

void place(const finger_view& a, const rigid_motion& motion, placed_minutiae& out) {
  for (unsigned i = 0; i < a.count; ++i) {
    const quarter_point at = moved(motion, a.x[i], a.y[i]);
    out.x[i] = at.x;
    out.y[i] = at.y;
    out.angle[i] = a.angle[i] + motion.rotation;
  }
}

void stretch(const finger_view& a, const finger_view& b, const placed_minutiae& rigid,
             std::span<const mate> mates, placed_minutiae& out) {
  field sums;
  std::array<std::array<std::int32_t, 3>, stored_lanes_max> own{};  // residuals, zero if unmated
  std::array<bool, stored_lanes_max> mated{};
  for (const mate& each : mates) {
    const unsigned i = each.a, j = each.b;
    const int dx = b.x[j] * 4 - rigid.x[i], dy = b.y[j] * 4 - rigid.y[i];
    const int turn =
        fixed_math::angle_difference(b.angle[j], static_cast<std::uint8_t>(rigid.angle[i]));
    own[i] = {dx, dy, turn};
    mated[i] = true;
    spread(rigid, a.count, rigid.x[i], rigid.y[i], dx, dy, turn, sums);
  }
  for (unsigned i = 0; i < a.count; ++i) {
    const int self = mated[i] ? own_weight : 0;
    const int weight = sums.weight[i] - self + own_weight * elastic_stiffness;
    out.x[i] = rigid.x[i] + (sums.x[i] - self * own[i][0]) / weight;
    out.y[i] = rigid.y[i] + (sums.y[i] - self * own[i][1]) / weight;
    out.angle[i] = rigid.angle[i] + (sums.turn[i] - self * own[i][2]) / weight;
  }
}

}  // namespace whorl::fingerprint
