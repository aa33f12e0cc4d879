// Two fingers' raw evidence and the score made of it. Owner: precise.cpp; used by matcher.hpp's
// functions, and by whoever studies the parameters.
#pragma once

#include <cstdint>

#include "fingerprint/alignment.hpp"

namespace whorl::fingerprint {

/// Symmetric: the two fingers are put into one fixed order first, so rounding cannot tell them
/// apart.
alignment compare_fingers(const finger_view& a, const finger_view& b);

/// What the comparison went through; a and b as they were given.
struct comparison_trace {
  unsigned candidate_pairs = 0;  ///< pairs of minutiae that went into relaxation
  alignment_trace aligned;       ///< empty where nothing lay on anything
};
alignment compare_fingers(const finger_view& a, const finger_view& b, comparison_trace& trace);

/// The score of the evidence, see parameters.hpp.
std::uint16_t finger_score(const alignment& evidence);

}  // namespace whorl::fingerprint
