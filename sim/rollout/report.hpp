// The report for a browser: one file without anything from a network. Pictures come as SVG files
// beside it too.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/rollout/figures.hpp"
#include "sim/rollout/plot.hpp"
#include "sim/rollout/series.hpp"

namespace whorl::rollout {

struct report {
  std::string html;
  std::vector<std::pair<std::string, std::string>> pictures;  ///< file name, SVG
};
/// What one parameter does, for the tornado: a measure with the parameter low, and high.
struct sensitivity {
  std::string parameter;
  double low = 0, high = 0;
};
struct report_parts {
  const scenario* what = nullptr;
  std::span<const run_output> runs;
  const std::vector<series>* monthly = nullptr;
  std::span<const figure> published;
  std::vector<sensitivity> tornado;  ///< of removals; empty: no such picture
  double tornado_centre = 0;
  std::int32_t tornado_until = 0;  ///< day before which they are counted
};
report make_report(const report_parts& from);

/// What the page's script wants of the map, as a JSON object.
std::string map_data(const run_output& run, const std::vector<series>& monthly);
/// The map as it stands when the run ends, for papers.
std::string map_svg(const run_output& run);
/// Classes of the map begin at so many matches per 1,000 residents.
inline constexpr double map_classes[] = {1, 3, 6, 10};
/// Of counties that are not activated, then of the classes.
struct map_colour {
  const char* fill;
  std::string words;
};
std::vector<map_colour> map_colours();

}  // namespace whorl::rollout
