// From fused scores to what is said: hit, review or no hit. Pure; thresholds stand in
// parameters.hpp. A decision proposes: `review` goes to a person, and even a hit opens a case that
// people decide.
//
// Among N people a stranger's evidence reaches 10^t at most once in 10^t, so asking for
// 10^(log10 N + m) lets a search of a stranger come out falsely at most once in 10^m: the false
// positive identification rate (FPIR). It does not depend on how many fingers were compared.
#pragma once

#include <cstdint>
#include <string_view>

namespace whorl::fingerprint {

enum class decision : std::uint8_t { no_hit = 0, review = 1, hit = 2 };
std::string_view to_string(decision d);

/// The least evidence that decides so and where it comes from, in 1/100 decades.
struct threshold {
  std::uint32_t gallery = 0;  ///< 100 * log10 of the people searched, rounded up
  std::uint32_t margin = 0;   ///< 100 * m: FPIR at most 10^-m
  std::uint32_t needed() const { return gallery + margin; }
};

/// For `hit` or `review`.
threshold threshold_of(decision d, std::uint64_t gallery_size);
inline std::uint32_t fused_needed(decision d, std::uint64_t gallery_size) {
  return threshold_of(d, gallery_size).needed();
}

/// `fused`: person_score::fused; `fingers_compared`: on both sides; `gallery_size`: people
/// searched. `reordered`: person_score::reordered; it can make a review, never a hit: that a file
/// has its fingers in the wrong order is for a person to see.
decision decide(std::uint32_t fused, std::uint8_t fingers_compared, std::uint64_t gallery_size,
                std::uint32_t reordered = 0);

}  // namespace whorl::fingerprint
