// How much of one print falls into the area that another shows: few mates among many minutiae that
// both prints should show speak against a match, few mates in a narrow overlap do not.
#pragma once

#include "fingerprint/elastic.hpp"

namespace whorl::fingerprint {

/// Bit i: minutia i of one print falls into the octagon around the minutiae of the other, grown by
/// overlap_margin. Both in one frame, quarter pixels.
std::uint64_t overlapping(const placed_minutiae& print, unsigned count, const placed_minutiae& area,
                          unsigned area_count);

}  // namespace whorl::fingerprint
