// Sketches compared with their places: for the few people whom the scan of everybody leaves.
#pragma once

#include <cstdint>

#include "fingerprint/sketch_row.hpp"

namespace whorl::fingerprint {

/// How well those of the probe's minutiae that are like this person's lie as theirs do, over all
/// fingers of a checked row: far fewer strangers come near a mate by this than by score_slab, which
/// is much faster. A print of unknown position counts by the best position that the probe lacks. 0:
/// nothing agrees.
std::uint32_t score_aligned(const scan_probe& probe, byte_view row);

}  // namespace whorl::fingerprint
