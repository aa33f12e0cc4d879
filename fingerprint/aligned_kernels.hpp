// The aligned stage's inner loop: one finger of a probe against that finger of somebody, by
// sketches and places.
#pragma once

#include <cstdint>

#include "fingerprint/sketch.hpp"

namespace whorl::fingerprint {

/// Where the minutiae of a stored finger lie, in place.
struct stored_places {
  explicit stored_places(const std::byte* at)
      : x(reinterpret_cast<const std::int8_t*>(at)),
        y(x + sketch_lanes),
        angles(reinterpret_cast<const std::uint8_t*>(y + sketch_lanes)) {}
  const std::int8_t* x;
  const std::int8_t* y;
  /// Half a byte each: fifteenths of the span of the minutia's group (stored_sketch::spans), the
  /// even lane's lower.
  const std::uint8_t* angles;
};

/// Each minutia of the other takes the one of the probe that it is most like; under the best of
/// parameters::aligned_pivots rigid motions, each the one of a pair, the sum over the pairs that
/// agree with it, at least two. 0: none agree.
std::uint32_t align_finger(const probe_sketch& probe, stored_sketch other, stored_places places);

}  // namespace whorl::fingerprint
