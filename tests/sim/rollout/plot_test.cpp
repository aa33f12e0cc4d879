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

TEST_CASE("plot: names that are pushed up from the bottom leave the others where their lines end") {
  line_plot p;
  p.first_month = 2009 * 12;
  for (const double end : {100.0, 0.0, 0.0, 0.0})
    p.lines.push_back({"n" + std::to_string(p.lines.size()), {{end, end, end}, {end, end, end}}});
  const std::string svg = draw(p);
  const auto y_of = [&](const char* name) {
    return std::stod(svg.substr(svg.rfind("y=\"", svg.find(name)) + 3));
  };
  CHECK(y_of(">n0<") == doctest::Approx(26 + 4));        // at the top
  CHECK(y_of(">n3<") == doctest::Approx(300 - 28 + 4));  // at the bottom
  CHECK(y_of(">n1<") == doctest::Approx(y_of(">n3<") - 30));
}

TEST_CASE("plot: names of areas stand in the areas' order, also where some end in nothing") {
  line_plot p;
  p.stacked = true;
  p.first_month = 2009 * 12;
  p.lines = {{"low", {{5, 5, 5}, {9, 9, 9}}},
             {"middle", {{5, 5, 5}, {0, 0, 0}}},
             {"high", {{5, 5, 5}, {0, 0, 0}}}};
  const std::string svg = draw(p);
  double above = 0;
  for (const char* name : {">high<", ">middle<", ">low<"}) {
    const std::size_t at = svg.find(name);
    REQUIRE(at != std::string::npos);
    const double y = std::stod(svg.substr(svg.rfind("y=\"", at) + 3));
    CHECK(y >= above + 15);
    above = y;
  }
}

TEST_CASE("plot: times on an axis of logarithms, also those of nothing") {
  constexpr double hour = 3'600'000, day = 24 * hour;
  const std::string svg = draw_times({{"none", 0, 0, 0, 0, 0, "at once", "at once"},
                                      {"some", hour, day, 2 * day, 3 * day, 40 * day, "a", "b"}});
  CHECK(svg.find("nan") == std::string::npos);
  CHECK(svg.find("inf") == std::string::npos);
  CHECK(svg.find(">100 d<") != std::string::npos);  // the first that is not shorter
  CHECK(svg.find(">1,000 d<") == std::string::npos);
  std::vector<double> medians;
  for (std::size_t at = svg.find("stroke-width=\"2\""); at != std::string::npos;
       at = svg.find("stroke-width=\"2\"", at + 1))
    medians.push_back(std::stod(svg.substr(svg.rfind("x1=\"", at) + 4)));
  REQUIRE(medians.size() == 2);
  CHECK(medians[0] == doctest::Approx(168));
  CHECK(medians[1] > 300);
}

TEST_CASE("plot: bars reach from low to high and nothing is not a crash") {
  CHECK(draw_bars({}, 0, "x").find("</svg>") != std::string::npos);
  const std::string svg = draw_bars({{"a", 0, 10, "ten", false}, {"b", 0, 5, "five", true}}, 0, "");
  CHECK(svg.find("ten") != std::string::npos);
  line_plot flat;
  flat.lines = {{"none", {{0, 0, 0}}}};
  CHECK(draw(flat).find("nan") == std::string::npos);
}
