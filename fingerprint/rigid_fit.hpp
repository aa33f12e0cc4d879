// Least squares: the rotation and shift that bring points of one print onto points of another.
// Integers throughout. The rotation maximises sum w (a' . b') over the centred points, so it is
// (dot, cross) normalised: no arc tangent. Owner: alignment.cpp.
#pragma once

#include <cstdint>

#include "fingerprint/alignment.hpp"

namespace whorl::fingerprint {

struct quarter_point {
  std::int32_t x, y;
};

/// Where the motion takes (x, y), in quarter pixels.
quarter_point moved(const rigid_motion& motion, int x, int y);

rigid_motion inverse(const rigid_motion& motion);

class rigid_fit {
 public:
  /// `about`: a rotation near the result, 256 steps; the result where the points do not tell.
  explicit rigid_fit(std::int8_t about) : about_(about) {}

  /// Minutia i of a onto minutia j of b; weight 1 to 4095, at most 128 additions.
  void add(const finger_view& a, unsigned i, const finger_view& b, unsigned j, std::int32_t weight);
  rigid_motion solve() const;

 private:
  std::int64_t weight_ = 0;
  std::int64_t ax_ = 0, ay_ = 0, bx_ = 0, by_ = 0;  // weighted sums
  std::int64_t dot_ = 0, cross_ = 0;
  std::int64_t turn_ = 0;  // weighted sum of rotations less about_
  std::int8_t about_;
};

}  // namespace whorl::fingerprint
