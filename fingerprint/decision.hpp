// From fused scores to what is said: hit, review or no hit. Pure; thresholds stand in
// parameters.hpp. A decision proposes: `review` goes to a person, and even a hit opens a case that
// people decide.
#pragma once

#include <cstdint>
#include <string_view>

namespace whorl::fingerprint {

enum class decision : std::uint8_t { no_hit = 0, review = 1, hit = 2 };
std::string_view to_string(decision d);

/// The least fused score that decides so: `hit` or `review`.
std::uint32_t fused_needed(decision d, std::uint64_t gallery_size);

/// `fused`: person_score::fused; `fingers_compared`: on both sides; `gallery_size`: people searched
/// (a larger gallery needs a higher threshold for the same FPIR; the arithmetic is in
/// parameters.hpp).
decision decide(std::uint32_t fused, std::uint8_t fingers_compared, std::uint64_t gallery_size);

}  // namespace whorl::fingerprint
