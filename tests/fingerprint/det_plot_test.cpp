#include "fingerprint/det_plot.hpp"

#include <doctest/doctest.h>

using namespace whorl::fingerprint;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t out = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++out;
  return out;
}

}  // namespace

TEST_CASE("det_svg: a whole document with each curve and mark, names escaped") {
  const det_curve curve = {"a<b", {{1, 0.1, 0.01}, {2, 0.0, 0.2}}};
  const det_curve marks = {"other", {{0, 0.01, 0.1}, {0, 0.001, 0}}};
  const std::vector<det_panel> one = {{"left & right", {curve, {"c", {}}}, {}}};
  const std::string svg = det_svg(one, "title & more");
  CHECK(svg.rfind("<svg", 0) == 0);
  CHECK(svg.find("</svg>") != std::string::npos);
  CHECK(svg.find("a&lt;b") != std::string::npos);
  CHECK(svg.find("title &amp; more") != std::string::npos);
  CHECK(svg.find("left &amp; right") != std::string::npos);
  CHECK(count(svg, "<polyline") == 2);
  CHECK(count(svg, "<circle") == 0);
  // FMR 0.1 is four of five decades along, FNMR 0.01 three up: 70 + 400, 50 + 500 - 300.
  CHECK(svg.find("470.0,250.0") != std::string::npos);

  const std::vector<det_panel> three = {{"1", {curve}, {marks}}, {"2", {curve}, {}}, {"3", {}, {}}};
  const std::string many = det_svg(three, "t");
  CHECK(count(many, "<g ") == 3);
  CHECK(count(many, "<circle") == 3);  // two marks and the legend
  CHECK(many.find("cx=\"370.0\" cy=\"150.0\"") != std::string::npos);
  CHECK(many.find("cy=\"550.0\"") != std::string::npos);  // zero lies on the edge
  CHECK(many.find("width=\"1200.0\"") != std::string::npos);
  CHECK(det_svg({}, "none").find("</svg>") != std::string::npos);
}
