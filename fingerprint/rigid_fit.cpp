#include "fingerprint/rigid_fit.hpp"

#include <algorithm>
#include <bit>

#include "fingerprint/fixed_math.hpp"

namespace whorl::fingerprint {

using fixed_math::cos_q14;
using fixed_math::shift_round;
using fixed_math::sin_q14;

quarter_point moved(const rigid_motion& motion, int x, int y) {
  return {shift_round(std::int64_t{x} * motion.cosine - std::int64_t{y} * motion.sine, 12) +
              motion.shift_x,
          shift_round(std::int64_t{x} * motion.sine + std::int64_t{y} * motion.cosine, 12) +
              motion.shift_y};
}

rigid_motion inverse(const rigid_motion& motion) {
  rigid_motion back;
  back.cosine = motion.cosine;
  back.sine = -motion.sine;
  back.rotation = static_cast<std::uint8_t>(-motion.rotation);
  back.shift_x = -shift_round(
      std::int64_t{motion.shift_x} * motion.cosine + std::int64_t{motion.shift_y} * motion.sine,
      14);
  back.shift_y = -shift_round(
      std::int64_t{motion.shift_y} * motion.cosine - std::int64_t{motion.shift_x} * motion.sine,
      14);
  return back;
}

void rigid_fit::add(const finger_view& a, unsigned i, const finger_view& b, unsigned j,
                    std::int32_t weight) {
  const std::int64_t ax = a.x[i], ay = a.y[i], bx = b.x[j], by = b.y[j], w = weight;
  weight_ += w;
  ax_ += w * ax;
  ay_ += w * ay;
  bx_ += w * bx;
  by_ += w * by;
  dot_ += w * (ax * bx + ay * by);
  cross_ += w * (ax * by - ay * bx);
  const auto rotation = static_cast<std::uint8_t>(b.angle[j] - a.angle[i]);
  turn_ += w * fixed_math::angle_difference(rotation, static_cast<std::uint8_t>(about_));
}

rigid_motion rigid_fit::solve() const {
  rigid_motion motion;
  if (weight_ == 0) return motion;
  // The mean of the minutiae's own rotations, 512 steps.
  const int rotation = 2 * about_ + static_cast<int>(2 * turn_ / weight_);
  // Centred moments: 128 * 4095 * 2 * 8191^2 < 2^46; with the product of sums still < 2^63 / weight
  // because the sums are divided first.
  std::int64_t dot = dot_ - (ax_ / weight_ * bx_ + ay_ / weight_ * by_);
  std::int64_t cross = cross_ - (ax_ / weight_ * by_ - ay_ / weight_ * bx_);
  // The minutiae's own rotations count as points at a lever of rotation_lever px.
  const std::int64_t lever =
      weight_ * parameters::rotation_lever * parameters::rotation_lever >> 14;
  dot += lever * cos_q14(rotation);
  cross += lever * sin_q14(rotation);
  const auto magnitude = static_cast<std::uint64_t>(dot < 0 ? -dot : dot) |
                         static_cast<std::uint64_t>(cross < 0 ? -cross : cross);
  const int excess = std::max(0, static_cast<int>(std::bit_width(magnitude)) - 15);
  const std::int64_t d = dot >> excess, c = cross >> excess;  // |d|, |c| < 2^15
  const std::int64_t length = fixed_math::square_root(static_cast<std::uint32_t>(d * d + c * c));
  if (length < 64) {
    motion.cosine = cos_q14(rotation);
    motion.sine = sin_q14(rotation);
  } else {
    motion.cosine = static_cast<std::int32_t>((d << 14) / length);
    motion.sine = static_cast<std::int32_t>((c << 14) / length);
  }
  motion.rotation = static_cast<std::uint8_t>(rotation >> 1);
  const std::int64_t x = ax_ * motion.cosine - ay_ * motion.sine;
  const std::int64_t y = ax_ * motion.sine + ay_ * motion.cosine;
  motion.shift_x = static_cast<std::int32_t>((bx_ * 4 - (x >> 12)) / weight_);
  motion.shift_y = static_cast<std::int32_t>((by_ * 4 - (y >> 12)) / weight_);
  return motion;
}

}  // namespace whorl::fingerprint
