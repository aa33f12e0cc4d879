// Plots as SVG: lines over months with bands and published points, and bars. Text is text, so that
// they can be searched and set in a paper.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fingerprint/svg.hpp"
#include "sim/rollout/statistics.hpp"

namespace whorl::rollout {

struct plot_line {
  std::string name;
  std::vector<interval> by_month;
  bool dashed = false;
};
struct plot_point {
  double month = 0;  ///< since the first month, in parts
  double value = 0;
  std::string what;  ///< shown when pointed at
};
struct line_plot {
  std::string unit;  ///< of the values, above the axis
  int first_month = 0;
  std::vector<plot_line> lines;
  std::vector<plot_point> points;  ///< published figures
  bool stacked = false;            ///< areas on top of one another
  double mark = 0;                 ///< a level to compare with, dashed; 0 none
  std::string mark_name;
};
std::string draw(const line_plot& plot);

struct bar {
  std::string name;
  double low = 0, high = 0;  ///< drawn from low to high
  std::string words;         ///< behind it
  bool second = false;       ///< in the second colour
};
/// Horizontal bars over a common axis; where `centre` is not 0 a line stands there.
std::string draw_bars(const std::vector<bar>& bars, double centre, std::string_view unit);

/// How long something takes: from 5 to 95 in 100, the middle half thick, the median marked.
struct time_strip {
  std::string name;
  double p5 = 0, p25 = 0, p50 = 0, p75 = 0, p95 = 0;  ///< milliseconds
  std::string half, most;                             ///< the median and p95 in words
};
/// On a common axis of logarithms, from a minute on: what takes less stands at its begin.
std::string draw_times(const std::vector<time_strip>& strips);

/// 1,234,567 -> "1.23 M"; 12,300 -> "12,300"; for axes and cards.
std::string short_number(double value);
using fingerprint::svg::escaped;

}  // namespace whorl::rollout
