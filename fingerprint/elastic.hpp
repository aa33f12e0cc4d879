// Skin stretches: after the best rigid motion what is left between mates varies smoothly over the
// print. Each minutia's own shift is the mean of what its mated neighbours show, weighed by
// nearness and drawn towards zero; a minutia's own mate has no say, so chance mates cannot fit
// themselves, while a real distortion predicts the next mate. Owner: alignment.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "fingerprint/alignment.hpp"
#include "fingerprint/rigid_fit.hpp"

namespace whorl::fingerprint {

/// A print's minutiae in the other print's frame.
struct placed_minutiae {
  std::array<std::int32_t, stored_lanes_max> x, y;   ///< quarter pixels
  std::array<std::int32_t, stored_lanes_max> angle;  ///< 256 steps, not reduced to a turn
};

/// `a` under a rigid motion.
void place(const finger_view& a, const rigid_motion& motion, placed_minutiae& out);

/// `rigid` with every minutia moved on by its neighbours' shift. At most stored_minutiae_max mates.
void stretch(const finger_view& a, const finger_view& b, const placed_minutiae& rigid,
             std::span<const mate> mates, placed_minutiae& out);

}  // namespace whorl::fingerprint
