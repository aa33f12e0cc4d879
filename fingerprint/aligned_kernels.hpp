// The aligned stage's inner loop: one finger of a probe against that finger of somebody, by
// sketches and places.
#pragma once

#include <cstdint>

#include "fingerprint/sketch.hpp"

namespace whorl::fingerprint {

/// Each minutia of the other takes the one of the probe that it is most like; under the best of
/// parameters::aligned_pivots rigid motions, each the one of a pair, the sum over the pairs that
/// agree with it, at least two. 0: none agree.
std::uint32_t align_finger(const probe_sketch& probe, stored_sketch other, stored_places places);

}  // namespace whorl::fingerprint
