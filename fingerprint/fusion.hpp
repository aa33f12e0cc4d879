// From fingers' scores to one for the person: the sum of the fingers' log-likelihood ratios.
//
// Why a sum over however many fingers does not raise the false matches: a ratio that is calibrated
// has, over different fingers, a mean of at most 1; so has a product of independent ones; and what
// has a mean of at most 1 exceeds 10^t at most once in 10^t (Markov). More fingers are more chances
// for the mate, none for others. docs/BENCHMARKS.md has the means and the tails as measured.
#pragma once

#include <cstdint>
#include <span>

namespace whorl::fingerprint {

/// 100 * log10 of the likelihood ratio (same finger : different fingers) that a finger score stands
/// for; negative below the score where both are equally likely. Table in parameters.hpp.
std::int32_t log_likelihood_ratio(std::uint16_t finger_score);

/// The same, of prints of which the poorer has `minutiae`: bounded by what so few can say.
std::int32_t finger_evidence(std::uint16_t finger_score, unsigned minutiae);

/// What is left of evidence that is the best of `hypotheses` tried: its 100 * log10 less.
std::int32_t after_choice(std::int32_t evidence, std::uint64_t hypotheses);

/// The sum over the fingers compared, 0 where it is negative.
std::uint32_t fuse(std::span<const std::int32_t> evidence);

}  // namespace whorl::fingerprint
