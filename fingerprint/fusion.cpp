#include "fingerprint/fusion.hpp"

#include <algorithm>

#include "fingerprint/decades.hpp"
#include "fingerprint/parameters.hpp"

namespace whorl::fingerprint {

std::int32_t log_likelihood_ratio(std::uint16_t finger_score) {
  const std::int32_t score = finger_score;
  return std::clamp((score - parameters::even_score) * parameters::llr_slope_256 / 256,
                    parameters::llr_min, parameters::llr_max);
}

std::int32_t finger_evidence(std::uint16_t finger_score, unsigned minutiae) {
  const unsigned most = std::min(minutiae, 1000u) * parameters::llr_per_minutia;
  return std::min(log_likelihood_ratio(finger_score), static_cast<std::int32_t>(most));
}

std::int32_t after_choice(std::int32_t evidence, std::uint64_t hypotheses) {
  return evidence - static_cast<std::int32_t>(hundred_log10(hypotheses));
}

std::uint32_t fuse(std::span<const std::int32_t> evidence) {
  std::int32_t sum = 0;
  for (const std::int32_t each : evidence) sum += each;
  return static_cast<std::uint32_t>(std::max(sum, 0));
}

}  // namespace whorl::fingerprint
