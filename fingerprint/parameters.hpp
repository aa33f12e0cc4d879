// Every tunable number of the matcher. Published values stand where there are any: Minutia
// Cylinder-Code, Cappelli, Ferrara, Maltoni, IEEE TPAMI 32(12), 2010 ("MCC" below).
// Changing one of the numbers marked [stored] changes sketches: raise slab_version.
// Lengths are pixels at 500 dpi (197 per cm), angles are 256 steps a turn, unless said otherwise.
#pragma once

#include <array>
#include <cstdint>

namespace whorl::fingerprint::parameters {

inline constexpr int resolution_per_cm = 197;  ///< all prints are brought to this

// Descriptor. [stored]
inline constexpr unsigned stored_minutiae_max = 48;      ///< with a cylinder
inline constexpr unsigned coarse_minutiae_max = 40;      ///< best of them, used by stage one
inline constexpr int cylinder_radius = 70;               ///< MCC: R
inline constexpr double spatial_sigma = 28.0 / 3;        ///< MCC: sigma_S
inline constexpr int direction_bins = 5;                 ///< MCC: N_D (later editions)
inline constexpr double direction_sigma_degrees = 25.0;  ///< MCC: sigma_D = 5 pi / 36
inline constexpr double bit_threshold = 0.234;  ///< MCC: mu_Psi = 0.01 over the peak of G_S, 0.0427

// The scan of everybody: sketches.
inline constexpr int sketch_gate = 32;  ///< +-45 degrees between the two minutiae
inline constexpr unsigned sketch_beta_256 = 85;
/// By how many of the probe's fingers somebody was compared: who scores less by these than this
/// share of what the probe scores against itself, in 1/1024, is not looked at further and keeps
/// that score. docs/BENCHMARKS.md has what is lost by it.
inline constexpr std::array<std::uint32_t, 11> scan_marks_1024 = {0,  0,  2,  8,  12, 16,
                                                                  20, 24, 24, 24, 24};
/// People of a partition who go on to the aligned stage, the best by sketches: (scan_pool_fourth /
/// minutiae)^4 for so many minutiae in the probe's sketches, scan_pool_most at most. Ten full
/// fingers have 320 and get 1,023 people, four 39,982; docs/BENCHMARKS.md has the mates' ranks.
inline constexpr std::uint64_t scan_pool_fourth = 1810;
inline constexpr std::size_t scan_pool_most = 65'536;

// The aligned stage: sketches whose minutiae also lie as the probe's do.
inline constexpr unsigned aligned_beta_256 = 110;
inline constexpr unsigned aligned_pivots = 8;  ///< pairs tried as the one that aligns the prints
/// Pixels along each axis, and a sixteenth of the distance, measured along both.
inline constexpr int aligned_tolerance = 10;
inline constexpr int aligned_angle = 10;  ///< +-14 degrees
/// People of a partition whose entries are looked at after it: (aligned_pool_cube / minutiae)^3,
/// between these.
inline constexpr std::size_t aligned_pool_cube = 1017;
inline constexpr std::size_t aligned_pool_least = 32, aligned_pool_most = 2048;

// Stage one.
inline constexpr int coarse_gate = 32;  ///< +-45 degrees between the two minutiae
inline constexpr unsigned coarse_beta_256 =
    100;  ///< beta * (ones_a + ones_b) - hamming, beta in 1/256

// Stage two: candidate pairs.
inline constexpr int pair_gate = 48;  ///< largest rotation between two impressions
inline constexpr unsigned candidate_pairs_max = 64;
/// Standard deviations of common ones beyond chance at which two cylinders count as fully similar.
inline constexpr int similar_deviations = 14;

// Stage two: relaxation (MCC: LSSR).
inline constexpr int relaxation_rounds = 3;        ///< MCC: n_rel = 5; no better here
inline constexpr int relaxation_divisor_log2 = 4;  ///< MCC: n - 1; any of 8 to 48 does as well
inline constexpr int compatible_angle = 20;
inline constexpr int compatible_error = 8;       ///< px, tolerated at distance 0 ...
inline constexpr int compatible_error_256 = 31;  ///< ... plus this share of the distance

// Stage two: alignment.
inline constexpr unsigned alignment_seeds = 6;  ///< motions tried; the best is refined
inline constexpr unsigned agreement_min = 64;   ///< of 256: pairs that count as of one motion
inline constexpr int mate_distance_rigid = 14;  ///< before the stretch is known
inline constexpr int mate_angle_rigid = 20;
inline constexpr int mate_distance = 10;  ///< after it
inline constexpr int mate_angle = 18;
inline constexpr int rotation_lever = 40;  ///< px: weight of the angles beside the places in a fit
inline constexpr int elastic_reach = 110;  ///< px: mates nearer than this tell a minutia's shift
inline constexpr int elastic_stiffness = 1;  ///< mates at distance 0 that say "no shift"
inline constexpr int overlap_margin = 10;
inline constexpr int crowd_radius = 40;  ///< px: minutiae nearer than this share their information
inline constexpr unsigned crowd_gain_256 = 41;  ///< how fast: halved by 6 neighbours at one place
inline constexpr unsigned overlap_prior = 3;    ///< minutiae: damps scores of narrow overlaps
inline constexpr unsigned mate_base = 168;    ///< of 256, what a mate counts by its place alone ...
inline constexpr unsigned mate_similar = 88;  ///< ... and by its cylinders, if ...
inline constexpr unsigned mate_similar_at = 170;  ///< ... their similarity (0 to 255) is this

// A finger's score is sqrt(score_scale / 4096 * weight^2 / ((overlap + overlap_prior) *
// sqrt(minutiae))), overlap and minutiae counted by their information (precise.cpp). In it the
// logarithm of the share of different fingers that reach a score falls on a straight line; the
// scale makes a factor of ten 100 points for the poorest extractor (docs/MATCHER.md has the table).
inline constexpr std::uint64_t score_scale = 148'000;

// Calibration: at most 10^-k of different fingers reach score_at_fmr_1 + 100 * k, on every public
// set; with better extractors far fewer.
inline constexpr std::uint32_t score_at_fmr_1 = 195;

// Fusion: 100 * log10(likelihood ratio) = (score - even_score) * llr_slope_256 / 256, between
// llr_min (a finger that is badly printed says little) and llr_max. Lower than 1 / FMR by a factor
// of more than ten, because fingers of one person hang together. Above a ratio of 10^4 this is
// extrapolation: no public set is large enough to show more.
inline constexpr std::int32_t even_score = 350;
inline constexpr std::int32_t llr_slope_256 = 256;
inline constexpr std::int32_t llr_min = -100;
inline constexpr std::int32_t llr_max = 800;
/// Of the poorer print of two: a third of a decade each, so that prints of few minutiae carry
/// bounded evidence and none below 25 carries all. About what one in twenty genuine pairs of such
/// prints exceeds (public prints cut to 8, 12 and 16 minutiae); without it one pair of different
/// fingers with 12 minutiae reached 10^4.9.
inline constexpr unsigned llr_per_minutia = 33;

// Sequence errors (sequence.hpp has the arithmetic of the prices).
/// A straight finger that makes it worth while; prints of six minutiae reach it.
inline constexpr std::int32_t cross_from_llr = 150;
inline constexpr std::int32_t moved_llr = 100;       ///< least evidence of a print that is moved
inline constexpr std::int32_t repeated_llr = 300;    ///< from here on two prints show one finger
inline constexpr std::int32_t sequence_price = 200;  ///< a hundredth for each kind of reading

// Decision. A likelihood ratio of 10^t is reached by at most one impostor in 10^t, so among N
// people fused >= 100 * (log10 N + m) lets through at most N * 10^-(log10 N + m) = 10^-m of them in
// a search: FPIR <= 10^-m. hit: m = 4. review: m = 2, one needless look of a person in 100 searches
// at most, and 31 % of that more for sequence errors. N = 1,000,000: hit from 1,000 (two fingers at
// least), review from 800.
inline constexpr std::uint32_t hit_margin = 400;
inline constexpr std::uint32_t review_margin = 200;

}  // namespace whorl::fingerprint::parameters
