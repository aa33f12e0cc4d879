#include "sim/rollout/plot.hpp"

#include <doctest/doctest.h>

using namespace whorl::rollout;

TEST_CASE("plot: numbers as people write them") {
  CHECK(short_number(0) == "0");
  CHECK(short_number(0.25) == "0.25");
  CHECK(short_number(999) == "999");
  CHECK(short_number(12'345) == "12,345");
  CHECK(short_number(1'234'567) == "1.23 M");
  CHECK(short_number(31'900'000) == "31.9 M");
  CHECK(short_number(-12'345) == "-12,345");
}

TEST_CASE("plot: text from outside cannot become markup") {
  CHECK(escaped("<b> & \"q\"") == "&lt;b&gt; &amp; &quot;q&quot;");
  line_plot p;
  p.unit = "<script>";
  p.first_month = 2009 * 12;
  p.lines = {{"a<b", {{1, 1, 1}, {2, 2, 2}}}};
  const std::string svg = draw(p);
  CHECK(svg.find("<script>") == std::string::npos);
  CHECK(svg.find("a&lt;b") != std::string::npos);
}

TEST_CASE("plot: names at the ends of lines do not cover one another") {
  line_plot p;
  p.first_month = 2009 * 12;
  for (const char* name : {"one", "two", "three"})
    p.lines.push_back({name, {{5, 5, 5}, {5, 5, 5}}});
  const std::string svg = draw(p);
  std::vector<double> heights;
  for (std::size_t at = svg.find("class=\"name\""); at != std::string::npos;
       at = svg.find("class=\"name\"", at + 1)) {
    const std::size_t y = svg.rfind("y=\"", at);
    heights.push_back(std::stod(svg.substr(y + 3)));
  }
  REQUIRE(heights.size() == 3);
  CHECK(heights[1] - heights[0] >= 14.9);
  CHECK(heights[2] - heights[1] >= 14.9);
}

TEST_CASE("plot: bars reach from low to high and nothing is not a crash") {
  CHECK(draw_bars({}, 0, "x").find("</svg>") != std::string::npos);
  const std::string svg = draw_bars({{"a", 0, 10, "ten", false}, {"b", 0, 5, "five", true}}, 0, "");
  CHECK(svg.find("ten") != std::string::npos);
  line_plot flat;
  flat.lines = {{"none", {{0, 0, 0}}}};
  CHECK(draw(flat).find("nan") == std::string::npos);
}
