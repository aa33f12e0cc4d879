// The DET plot as SVG: FMR to the right, FNMR upwards, both in decades from 1e-5 to 1. Below 1e-5
// (and for zero, which a logarithm cannot show) everything lies on the edge.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fingerprint/accuracy.hpp"

namespace whorl::fingerprint {

struct det_curve {
  std::string name;
  std::vector<det_point> points;
};

struct det_panel {
  std::string title;
  std::vector<det_curve> curves;
  std::vector<det_curve> marks;  ///< points alone, of others
};

/// A whole SVG document: the panels two in a row, or one alone.
std::string det_svg(std::span<const det_panel> panels, std::string_view title);

}  // namespace whorl::fingerprint
