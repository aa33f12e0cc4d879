// The scan's inner loop: one finger of a probe against that finger of many people.
#pragma once

#include <cstdint>
#include <span>

#include "fingerprint/sketch.hpp"

namespace whorl::fingerprint {

/// One finger of all people of a slab: person i at words + 32 i and spans + 8 i.
struct sketch_plane {
  const column_word* words = nullptr;
  const std::uint8_t* spans = nullptr;  ///< lowest angle of each group, then highest
};

/// Adds to totals[i] what person i scores, i in 0 .. totals.size() - 1.
void add_scores(const probe_sketch& probe, const sketch_plane& plane,
                std::span<std::uint32_t> totals);
/// The same for these people alone.
void add_scores_of(const probe_sketch& probe, const sketch_plane& plane,
                   std::span<const std::uint16_t> people, std::span<std::uint32_t> totals);

}  // namespace whorl::fingerprint
