// Every tunable number of the matcher. Published values stand where there are any: Minutia
// Cylinder-Code, Cappelli, Ferrara, Maltoni, IEEE TPAMI 32(12), 2010 ("MCC" below).
// Changing one of the numbers marked [stored] changes search entries: raise search_entry_version.
// Lengths are pixels at 500 dpi (197 per cm), angles are 256 steps a turn, unless said otherwise.
#pragma once

#include <cstdint>

namespace whorl::fingerprint::parameters {

inline constexpr int resolution_per_cm = 197;  ///< all prints are brought to this

// Descriptor. [stored]
inline constexpr unsigned stored_minutiae_max = 48;      ///< with a cylinder; 10 fingers: 19.3 KB
inline constexpr unsigned coarse_minutiae_max = 40;      ///< best of them, used by stage one
inline constexpr int cylinder_radius = 70;               ///< MCC: R
inline constexpr double spatial_sigma = 28.0 / 3;        ///< MCC: sigma_S
inline constexpr int direction_bins = 5;                 ///< MCC: N_D (later editions)
inline constexpr double direction_sigma_degrees = 25.0;  ///< MCC: sigma_D = 5 pi / 36
inline constexpr double bit_threshold = 0.234;  ///< MCC: mu_Psi = 0.01 over the peak of G_S, 0.0427

// Stage one.
/// Fingers the coarse stage compares, best first; with 2, one of 49 public bookings was lost.
inline constexpr unsigned coarse_fingers_max = 4;
inline constexpr int coarse_gate = 32;  ///< +-45 degrees between the two minutiae
inline constexpr unsigned coarse_beta_256 =
    100;  ///< beta * (ones_a + ones_b) - hamming, beta in 1/256

// Stage two: candidate pairs.
inline constexpr int pair_gate = 48;  ///< largest rotation between two impressions
inline constexpr unsigned candidate_pairs_max = 96;
inline constexpr unsigned pair_beta_256 = 148;

// Stage two: relaxation (MCC: LSSR).
inline constexpr int relaxation_rounds = 5;         ///< MCC: n_rel
inline constexpr unsigned relaxation_divisor = 12;  ///< MCC: n - 1, with n about the pairs chosen
inline constexpr int compatible_angle = 20;
inline constexpr int compatible_error = 8;           ///< tolerated at distance 0 ...
inline constexpr int compatible_error_percent = 12;  ///< ... plus this share of the distance

// Stage two: alignment.
inline constexpr unsigned alignment_seeds = 8;  ///< of them the best motion is refined
inline constexpr int refinement_rounds = 1;
inline constexpr int mate_distance = 12;
inline constexpr int mate_angle = 20;
inline constexpr int rotation_lever = 40;  ///< px: weight of the angles beside the places in a fit
inline constexpr int overlap_margin = 10;
inline constexpr unsigned overlap_prior = 10;  ///< minutiae: damps scores of narrow overlaps
inline constexpr unsigned mate_base = 256;     ///< of 384, what a mate counts by its place alone
inline constexpr unsigned mate_similarity_gain = 2;  ///< and a unit of its cylinders' similarity

// A finger's score is weight^2 / ((overlap_a + overlap_b + overlap_prior) * sqrt(minutiae)), the
// alignment's weight being 256 for a perfect mate (precise.cpp). Measured on public prints (FVC2002
// and FVC2004 sets B, UareU): different fingers reach 660 once in 100, 1,020 once in 1,000 and
// 1,430 once in 10,000 comparisons with the poorest extractor, so a factor of ten every 400; half
// of the same fingers exceed 2,050 there, 4,500 on livescans.
//
// Fusion: 100 * log10(likelihood ratio) = (score - even_score) * llr_slope_256 / 256, 25 for 100
// points, between llr_min (a finger that is badly printed says little) and llr_max. Above a ratio
// of 10^4 this is extrapolation: no public set is large enough to show more.
inline constexpr std::int32_t even_score = 480;
inline constexpr std::int32_t llr_slope_256 = 64;
inline constexpr std::int32_t llr_min = -100;
inline constexpr std::int32_t llr_max = 800;
/// Of the poorer print of two: a third of a decade each, so that prints of few minutiae carry
/// bounded evidence and none below 25 carries all. About what one in twenty genuine pairs of such
/// prints exceeds (public prints cut to 8, 12 and 16 minutiae); without it one pair of different
/// fingers with 12 minutiae reached 10^4.9.
inline constexpr unsigned llr_per_minutia = 33;

// Sequence errors (sequence.hpp has the arithmetic of the prices).
inline constexpr std::int32_t cross_from_llr =
    200;                                           ///< a straight finger that makes it worth while
inline constexpr std::int32_t moved_llr = 100;     ///< least evidence of a print that is moved
inline constexpr std::int32_t repeated_llr = 300;  ///< from here on two prints show one finger
inline constexpr std::int32_t sequence_price = 200;  ///< a hundredth for each kind of reading

// Decision. A likelihood ratio of 10^t is reached by at most one impostor in 10^t, so among N
// people fused >= 100 * (log10 N + m) lets through at most N * 10^-(log10 N + m) = 10^-m of them in
// a search: FPIR <= 10^-m. hit: m = 4. review: m = 2, one needless look of a person in 100 searches
// at most, and 31 % of that more for sequence errors. N = 1,000,000: hit from 1,000 (two fingers at
// least), review from 800.
inline constexpr std::uint32_t hit_margin = 400;
inline constexpr std::uint32_t review_margin = 200;

}  // namespace whorl::fingerprint::parameters
