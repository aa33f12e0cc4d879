// The DET plot as SVG: FMR to the right, FNMR upwards, both in decades from 1e-5 to 1.
#include <algorithm>
#include <array>
#include <cmath>

#include "fingerprint/accuracy.hpp"
#include "fingerprint/svg.hpp"

namespace whorl::fingerprint {
namespace {

using namespace svg;

constexpr double left = 70, top = 50, side = 500;
constexpr int decades = 5;
constexpr std::array colours = {"#1b6ca8", "#c0392b", "#27864a", "#8e44ad", "#b9770e", "#333333"};

/// Distance along an axis: 0 at 1e-5 (and for zero, which a logarithm cannot show), `side` at 1.
double along(double rate) {
  const double floor = std::pow(10.0, -decades);
  return (std::log10(std::clamp(rate, floor, 1.0)) + decades) / decades * side;
}

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

std::string curve(const det_curve& each, std::size_t index) {
  const char* colour = colours[index % colours.size()];
  std::string out = "<polyline fill=\"none\" stroke-width=\"1.6\" stroke=\"" + std::string(colour) +
                    "\" points=\"";
  std::string last;
  for (const det_point& point : each.points) {
    std::string at = number(left + along(point.fmr)) + "," + number(top + side - along(point.fnmr));
    if (at == last) continue;
    out += at + " ";
    last = std::move(at);
  }
  out += "\"/>\n";
  const double y = top + 16 + 18 * static_cast<double>(index);
  out += line(left + side - 150, y, left + side - 130, y,
              "stroke-width=\"2\" stroke=\"" + std::string(colour) + "\"");
  out += text_at(left + side - 124, y + 4, "start", each.name);
  return out;
}

}  // namespace

std::string det_svg(std::span<const det_curve> curves, std::string_view title) {
  std::string out =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"600\" height=\"610\" "
      "font-family=\"sans-serif\" font-size=\"12\">\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
  out += text_at(left + side / 2, 26, "middle", title);
  out += axes();
  for (std::size_t i = 0; i < curves.size(); ++i) out += curve(curves[i], i);
  return out + "</svg>\n";
}

}  // namespace whorl::fingerprint
