// The scan's inner loop: one finger of a probe against that finger of many people.
#pragma once

#include <cstdint>
#include <span>

#include "fingerprint/sketch.hpp"

namespace whorl::fingerprint {

/// Adds to totals[i] what person i scores, i in 0 .. totals.size() - 1.
void add_scores(const probe_sketch& probe, const sketch_plane& plane,
                std::span<std::uint32_t> totals);
/// The same for these people alone.
void add_scores_of(const probe_sketch& probe, const sketch_plane& plane,
                   std::span<const std::uint16_t> people, std::span<std::uint32_t> totals);

}  // namespace whorl::fingerprint
