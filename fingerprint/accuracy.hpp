// How well the matcher tells fingers apart: error rates with their intervals, from labelled prints.
// Pure: no files; threads only inside evaluate(). Rates are fractions. Protocol: every pair of
// different fingers is an impostor pair, all pairs of one finger are genuine, within one pool of
// prints; n prints make n (n - 1) / 2 pairs. Where a finger stands in several sources (sensors),
// only pairs of different sources are made. Few impostor pairs make low rates rest on single
// pairs: mind the intervals, which resample fingers, not pairs (pairs of one finger hang together).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fingerprint/binomial.hpp"
#include "fingerprint/template.hpp"

namespace whorl::fingerprint {

struct labelled_print {
  std::string finger;  ///< "012-3", "fvc2002_db1b/101": equal for the impressions of one finger
  int impression = 1;
  print_template print;
  std::string source = {};  ///< folder or sensor
  std::string person = {};  ///< who is left out together (leave_out.hpp); else unused
};

/// A score and whose it is; fingers are numbered in the order of first appearance.
struct pair_score {
  std::uint32_t score = 0;
  std::uint32_t finger_a = 0;
  std::uint32_t finger_b = 0;  ///< == finger_a: genuine
};

struct det_point {
  std::uint32_t threshold = 0;  ///< a pair matches when its score is at least this
  double fmr = 0, fnmr = 0;
};

/// One finger against a gallery of one print of each finger (its lowest impression; with several
/// sources, all of the first one's). Probes: the other prints.
struct identification {
  counted_rate missed;  ///< probes whose own finger does not score above all others
  /// Probes whose own finger scores below the lowest threshold that the best of all other fingers
  /// reaches in a share of fpir_levels of the probes at most.
  std::array<counted_rate, 2> fnir{};
  double rank1() const { return missed.trials == 0 ? 0 : 1 - missed.rate(); }
};

struct accuracy_report {
  std::size_t fingers = 0, prints = 0;
  std::size_t genuine_pairs = 0, impostor_pairs = 0;
  double eer = 0;
  /// FNMR at the lowest threshold whose FMR does not exceed 1e-2, 1e-3, 1e-4.
  std::array<double, 3> fnmr_at_fmr{};
  /// What they were counted from: genuine pairs below that threshold, impostor pairs not below.
  std::array<counted_rate, 3> fnmr_counts{}, fmr_counts{};
  double zero_fmr = 0;  ///< FNMR above the best impostor pair
  identification search;
  interval eer_interval;  ///< 95 %, bootstrap over fingers
  std::array<interval, 3> fnmr_intervals{};
  std::vector<det_point> det;  ///< by rising threshold
};

inline constexpr std::array<double, 3> fmr_levels = {1e-2, 1e-3, 1e-4};
inline constexpr std::array<double, 2> fpir_levels = {1e-1, 1e-2};
inline constexpr unsigned bootstrap_rounds = 200;
inline constexpr std::uint64_t bootstrap_seed = 0x77686f726cULL;

/// Called with (pairs done, pairs in all), from any thread, one call at a time.
using progress_callback = std::function<void(std::size_t, std::size_t)>;

/// Matches all pairs with match_fingers' scores on `threads` threads (0 = 1) and reports. The
/// result does not depend on the number of threads. Quadratic in the prints.
accuracy_report evaluate(std::span<const labelled_print> prints, const progress_callback& progress,
                         unsigned threads);

/// The report of given scores; `fingers`: how many there are. `search` stays empty: it needs the
/// prints.
accuracy_report report_of_scores(std::span<const pair_score> scores, std::size_t fingers);

}  // namespace whorl::fingerprint
