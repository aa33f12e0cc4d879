// How much of one print falls into the area that another shows: few mates among many minutiae that
// both prints should show speak against a match, few mates in a narrow overlap do not.
#pragma once

#include "fingerprint/alignment.hpp"

namespace whorl::fingerprint {

/// Minutiae of `print` that `motion` takes into the octagon around the minutiae of `area`, grown by
/// overlap_margin.
unsigned overlap_count(const finger_view& print, const finger_view& area,
                       const rigid_motion& motion);

}  // namespace whorl::fingerprint
