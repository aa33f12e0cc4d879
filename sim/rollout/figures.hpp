// Published figures: a CSV of date, metric, value, source (and, for a state or a county, place),
// and what the simulation says of the same.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/result.hpp"
#include "sim/rollout/output.hpp"

namespace whorl::rollout {

struct figure {
  std::int32_t day = 0;
  std::string metric;  ///< as published, for example ident_matches_cum
  std::string place;   ///< empty: the nation; a state's letters or a county's FIPS code
  double value = 0;
  bool at_least = false;  ///< written with a +, "more than"
  std::string source;
};
/// Rows that are no numbers ("-", "10 min") and metrics that the simulation has nothing to say of
/// are left out, and named in `unused`. A place may stand in a column of its own, or behind the
/// metric: submissions_cum@CA, submissions_cum@06037, submissions_cum@Los Angeles County CA.
/// Errors: invalid_input with file and line (also for what is negative or no number of this world).
result<std::vector<figure>> parse_figures(std::string_view text, const std::string& file,
                                          std::vector<std::string>* unused = nullptr);

/// A state's letters, a FIPS code, or "Name County ST" as its code; empty where there is none.
std::string place_code(const std::string& text);

enum class figure_kind { outcome, activation, unknown };
figure_kind kind_of(std::string_view metric);
/// The simulated value at the end of the day; negative where it has none (by place, few are kept).
double simulated(const run_output& run, const figure& of);
/// The last day of outcomes that constants may be fitted on.
inline constexpr std::string_view fitted_until = "2010-12-31";

}  // namespace whorl::rollout
