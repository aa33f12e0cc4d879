#include "fingerprint/det_plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "fingerprint/svg.hpp"

namespace whorl::fingerprint {
namespace {

using namespace svg;

constexpr double left = 70, top = 50, side = 500;
constexpr double panel_width = 600, panel_height = 610, head = 34;
constexpr int decades = 5;
constexpr double least_step = 1;  ///< px between two points of a curve
constexpr std::array colours = {"#1b6ca8", "#c0392b", "#27864a", "#8e44ad",
                                "#b9770e", "#333333", "#0e8a8a"};

/// Distance along an axis: 0 at 1e-5, `side` at 1.
double along(double rate) {
  const double floor = std::pow(10.0, -decades);
  return (std::log10(std::clamp(rate, floor, 1.0)) + decades) / decades * side;
}

double across_of(const det_point& p) { return left + along(p.fmr); }
double down_of(const det_point& p) { return top + side - along(p.fnmr); }

std::string colour_of(std::size_t index) { return colours[index % colours.size()]; }

std::string axes() {
  std::string out;
  for (int decade = 0; decade <= decades; ++decade) {
    const double at = side * decade / decades;
    const std::string label = "1e" + std::to_string(decade - decades);
    out += line(left + at, top, left + at, top + side, "stroke=\"#ddd\"");
    out += line(left, top + at, left + side, top + at, "stroke=\"#ddd\"");
    out += text_at(left + at, top + side + 18, "middle", label);
    out += text_at(left - 8, top + side - at + 4, "end", label);
  }
  out += line(left, top + side, left + side, top, "stroke=\"#aaa\" stroke-dasharray=\"4 4\"");
  out += text_at(left + side / 2, top + side + 38, "middle", "false match rate (FMR)");
  out += "<text transform=\"translate(18," + number(top + side / 2) +
         ") rotate(-90)\" text-anchor=\"middle\">false non-match rate (FNMR)</text>\n";
  return out;
}

/// The lower left is where neither curves nor marks lie. `below`: entries under this one.
double legend_y(std::size_t below) { return top + side - 16 - 18 * static_cast<double>(below); }
constexpr double legend_x = left + 14;

std::string curve(const det_curve& each, std::size_t index, std::size_t below) {
  const std::string colour = colour_of(index);
  std::string out =
      "<polyline fill=\"none\" stroke-width=\"1.6\" stroke=\"" + colour + "\" points=\"";
  double x = -1, y = -1;
  for (const det_point& point : each.points) {
    const double next_x = across_of(point), next_y = down_of(point);
    const bool last = &point == &each.points.back();
    if (!last && std::abs(next_x - x) + std::abs(next_y - y) < least_step) continue;
    x = next_x, y = next_y;
    out += number(x) + "," + number(y) + " ";
  }
  out += "\"/>\n";
  const double row = legend_y(below);
  out += line(legend_x, row, legend_x + 20, row, "stroke-width=\"2\" stroke=\"" + colour + "\"");
  return out + text_at(legend_x + 26, row + 4, "start", each.name);
}

std::string circle(double x, double y, const std::string& colour) {
  return "<circle cx=\"" + number(x) + "\" cy=\"" + number(y) +
         "\" r=\"4\" fill=\"white\" stroke-width=\"1.6\" stroke=\"" + colour + "\"/>\n";
}

std::string marks(const det_curve& each, std::size_t index, std::size_t below) {
  const std::string colour = colour_of(index);
  std::string out;
  for (const det_point& point : each.points)
    out += circle(across_of(point), down_of(point), colour);
  const double y = legend_y(below);
  out += circle(legend_x + 10, y, colour);
  return out + text_at(legend_x + 26, y + 4, "start", each.name);
}

}  // namespace

std::string det_svg(std::span<const det_panel> panels, std::string_view title) {
  const std::size_t columns = std::min<std::size_t>(std::max<std::size_t>(panels.size(), 1), 2);
  const std::size_t rows = (std::max<std::size_t>(panels.size(), 1) + columns - 1) / columns;
  const double width = panel_width * static_cast<double>(columns);
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + number(width) +
                    "\" height=\"" + number(head + panel_height * static_cast<double>(rows)) +
                    "\" font-family=\"sans-serif\" font-size=\"12\">\n"
                    "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
  out += text_at(width / 2, 24, "middle", title);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const det_panel& panel = panels[i];
    out += "<g transform=\"translate(" + number(panel_width * static_cast<double>(i % columns)) +
           "," + number(head + panel_height * static_cast<double>(i / columns)) + ")\">\n";
    out += text_at(left + side / 2, 36, "middle", panel.title);
    out += axes();
    std::size_t index = 0, below = panel.curves.size() + panel.marks.size();
    for (const det_curve& each : panel.curves) out += curve(each, index++, --below);
    for (const det_curve& each : panel.marks) out += marks(each, index++, --below);
    out += "</g>\n";
  }
  return out + "</svg>\n";
}

}  // namespace whorl::fingerprint
