#include "fingerprint/fusion.hpp"

#include <algorithm>

#include "fingerprint/parameters.hpp"

namespace whorl::fingerprint {

std::int32_t log_likelihood_ratio(std::uint16_t finger_score) {
  const std::int32_t score = finger_score;
  return std::clamp((score - parameters::even_score) * parameters::llr_slope_256 / 256,
                    parameters::llr_min, parameters::llr_max);
}

std::uint32_t fuse(std::span<const std::uint16_t> finger_scores) {
  std::int32_t sum = 0;
  for (const std::uint16_t score : finger_scores) sum += log_likelihood_ratio(score);
  return static_cast<std::uint32_t>(std::max(sum, 0));
}

}  // namespace whorl::fingerprint
