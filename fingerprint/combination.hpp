// The few numbers that make a score of two aligned fingers, as arguments: what leave_out.hpp
// chooses. The matcher itself has them compiled in (parameters.hpp); with these the same score
// comes out, unrounded. Study only: floating point, never on the search path.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "fingerprint/alignment.hpp"
#include "fingerprint/parameters.hpp"

namespace whorl::fingerprint {

/// What a mate counts by its cylinders, of 256; the rest by its place alone.
inline constexpr std::array<unsigned, 3> similar_shares = {0, 44, parameters::mate_similar};
static_assert(parameters::mate_base + parameters::mate_similar == 256);

/// Minutiae that damp the scores of narrow overlaps.
inline constexpr std::array<unsigned, 4> overlap_priors = {0, 1, parameters::overlap_prior, 6};

/// score = sqrt(scale * weight^2 / ((overlap + prior)^overlap_power * minutiae^size_power))
struct combination {
  std::size_t tolerance = compiled_tolerance;  ///< index into studied_tolerances
  std::size_t share = 2;                       ///< index into similar_shares
  std::size_t prior = 2;                       ///< index into overlap_priors
  double overlap_power = 1;
  double size_power = 0.5;
  friend bool operator==(const combination&, const combination&) = default;
};

/// As parameters.hpp has it.
inline constexpr combination compiled_combination{};
static_assert(similar_shares[compiled_combination.share] == parameters::mate_similar);
static_assert(overlap_priors[compiled_combination.prior] == parameters::overlap_prior);

/// Every combination that is tried, in a fixed order.
std::vector<combination> combination_grid();

/// What a score is made of, before the combination: decimal logarithms.
inline constexpr float nothing = -100;  ///< of a sum that is 0
struct pair_features {
  /// alignment::weight with each tolerance and share
  std::array<std::array<float, similar_shares.size()>, studied_tolerances.size()> weight{};
  std::array<float, overlap_priors.size()> overlap{};  ///< information and prior, in minutiae
  float minutiae = 0;                                  ///< of both prints, by their information
  std::uint16_t compiled_score = 0;                    ///< of finger_score()
};
pair_features features_of(const finger_view& a, const finger_view& b);

/// log10 of the score; `nothing` where no minutia lies on another.
float log_score(const pair_features& pair, const combination& by);

}  // namespace whorl::fingerprint
