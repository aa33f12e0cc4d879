// From fingers' scores to one for the person: the sum of the fingers' log-likelihood ratios.
#pragma once

#include <cstdint>
#include <span>

namespace whorl::fingerprint {

/// 100 * log10 of the likelihood ratio (same finger : different fingers) that a finger score stands
/// for; negative below the score where both are equally likely. Table in parameters.hpp.
std::int32_t log_likelihood_ratio(std::uint16_t finger_score);

/// The sum over the fingers compared, 0 where it is negative.
std::uint32_t fuse(std::span<const std::uint16_t> finger_scores);

}  // namespace whorl::fingerprint
