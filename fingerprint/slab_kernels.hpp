// The scan's inner loop: one finger of a probe against that finger of somebody.
#pragma once

#include <cstdint>

#include "fingerprint/sketch.hpp"

namespace whorl::fingerprint {

/// A sum over the other's minutiae of their best partner's score (sketch_worth).
std::uint32_t score_finger(const probe_sketch& probe, stored_sketch other);

}  // namespace whorl::fingerprint
