// How near synthetic prints come to real ones: distributions of what stands in the templates, false
// match rates at the real prints' thresholds, genuine scores and rank-1, for settings of differing
// quality. Pure: no files; threads only inside measure_fidelity(), whose result does not depend on
// their number.
// Protocol: docs/SYNTHESIS.md. Scores are single fingers' (matcher.hpp, match_fingers). A pair of
// prints of different fingers is an impostor pair, also when both are one person's. Genuine pairs
// and rank-1 stay within one set (real) or one copy of its make-up (synthetic), so that galleries
// are equally large.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "fingerprint/accuracy.hpp"
#include "fingerprint/synthesis.hpp"

namespace whorl::fingerprint {

/// A synthetic set with the make-up of a real one: so many people, these fingers of each, so many
/// impressions; conditions are taken in turn by person.
struct set_plan {
  unsigned people = 3;
  std::vector<std::uint8_t> fingers = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  unsigned impressions = 8;
  std::vector<impression_conditions> conditions = {impression_conditions::ordinary()};
};

/// The prints of persons `first_seed`, `first_seed` + 1, ...
std::vector<labelled_print> make_set(const set_plan& plan, std::uint64_t first_seed);

/// The make-up of the public sets that the presets are fitted to: three people's fingers 3 to 8 on
/// a livescan; three people's ten fingers on a small sensor; two fingers of each of twenty people
/// on four sensors; the last with an extractor that reports no quality.
set_plan good_plan();
set_plan ordinary_plan();
set_plan poor_plan();
set_plan other_sensor_plan();

struct fidelity_setting {
  std::string name;
  std::vector<labelled_print> real;
  std::vector<std::vector<labelled_print>> synthetic;  ///< copies of the real set's make-up
  bool pooled = true;                                  ///< counts towards the pool of all settings
};

inline constexpr std::array<int, 5> quantile_percents = {10, 25, 50, 75, 90};
using quantiles = std::array<double, 5>;

struct compared_distribution {
  std::string name;
  quantiles real{}, synthetic{};
};

/// False match rates at the lowest threshold where the real prints' rate is at most `level`.
struct compared_rate {
  double level = 0;
  std::uint32_t threshold = 0;
  double real = 0, synthetic_real = 0, synthetic_synthetic = 0;
  interval real_interval;  ///< 95 %, bootstrap over the real fingers

  /// Half to twice the real rate, both.
  bool near() const;
};

struct fidelity_result {
  std::string name;
  std::size_t real_prints = 0, real_fingers = 0, synthetic_prints = 0;
  std::array<compared_rate, 2> rates{};
  // Empty for the pool:
  std::vector<compared_distribution> distributions;
  quantiles real_genuine{}, synthetic_genuine{};
  double real_rank1 = 0, synthetic_rank1 = 0;
};

/// |synthetic - real| <= 10 % of real.
bool within_tenth(double real, double synthetic);

/// One result for each setting, then one named "pooled". Quadratic in the prints.
std::vector<fidelity_result> measure_fidelity(std::span<const fidelity_setting> settings,
                                              const progress_callback& progress, unsigned threads);

/// What stands in the templates: counts, distances, directions, qualities, extents.
std::vector<compared_distribution> compare_distributions(std::span<const labelled_print> real,
                                                         std::span<const labelled_print> synthetic);

}  // namespace whorl::fingerprint
