#include "fingerprint/information.hpp"

#include <algorithm>

#include "fingerprint/fixed_math.hpp"
#include "fingerprint/vector_clones.hpp"

namespace whorl::fingerprint {
namespace {

using namespace parameters;

constexpr int radius_squared = crowd_radius * crowd_radius;
constexpr unsigned crowd_steps = 8;  // of one neighbour at the same place

/// 65536 / (1 + crowd_gain * crowd): the weight in Q16, by the crowd in steps.
constexpr auto weight_of_crowd = [] {
  std::array<std::uint32_t, stored_lanes_max * crowd_steps + 1> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i)
    table[i] = 65536u * 256 * crowd_steps / (256 * crowd_steps + crowd_gain_256 * i);
  return table;
}();

/// The crowd around (x, y), the minutia there included, in 1 / radius_squared.
WHORL_VECTOR_CLONES
std::int32_t crowd_at(const std::int32_t* xs, const std::int32_t* ys, unsigned count, int x,
                      int y) {
  std::int32_t sum = 0;
  for (unsigned j = 0; j < count; ++j) {
    const int dx = xs[j] - x, dy = ys[j] - y;
    sum += std::max(0, radius_squared - dx * dx - dy * dy);
  }
  return sum;
}

}  // namespace

void weigh_minutiae(const finger_view& finger, information& out) {
  std::array<std::int32_t, stored_lanes_max> xs, ys;
  for (unsigned i = 0; i < finger.count; ++i) xs[i] = finger.x[i], ys[i] = finger.y[i];
  out.total = 0;
  for (unsigned i = 0; i < finger.count; ++i) {
    const std::int32_t crowd =
        crowd_at(xs.data(), ys.data(), finger.count, xs[i], ys[i]) - radius_squared;
    const std::uint32_t weight =
        weight_of_crowd[static_cast<std::uint32_t>(crowd) * crowd_steps / radius_squared];
    out.root[i] = static_cast<std::uint16_t>(fixed_math::square_root(weight));
    out.weight[i] = static_cast<std::uint16_t>(weight >> 8);
    out.total += out.weight[i];
  }
}

}  // namespace whorl::fingerprint
