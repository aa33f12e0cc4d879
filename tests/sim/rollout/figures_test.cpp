#include "sim/rollout/figures.hpp"

#include <doctest/doctest.h>

#include <iostream>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/fit.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::rollout;

TEST_CASE("figures: numbers with and without a plus, places, and what is left out") {
  const auto read = parse_figures(
      "date,metric,value,source\n"
      "2012-06-30,submissions_cum@CA,\"1,234+\",\"[V] a, b\"\n"
      "2009-01-31,IAFIS_start,-,x\n2009-01-31,removals_cum,many,x\n"
      "2011-06-30,ident_matches_cum,10,x,Harris County TX\n2010-01-01,states_with_any_cum,5,x\n",
      "mine.csv");
  REQUIRE(read);
  REQUIRE(read->size() == 3);
  CHECK((*read)[0].metric == "states_with_any_cum");
  CHECK((*read)[1].place == "48201");
  CHECK((*read)[2].place == "CA");
  CHECK((*read)[2].value == 1234);
  CHECK((*read)[2].at_least);
  CHECK(kind_of("population_covered_pct(roster)") == figure_kind::activation);
}

TEST_CASE("figures: what is wrong is named with file and line") {
  const auto bad_place = parse_figures("2012-06-30,removals_cum@Atlantis,1,x\n", "mine.csv");
  REQUIRE_FALSE(bad_place);
  CHECK(bad_place.error().message.starts_with("mine.csv:1: place"));
  CHECK_FALSE(parse_figures("soon,removals_cum,1,x\n", "mine.csv"));
  CHECK_FALSE(parse_figures("2012-06-30\n", "mine.csv"));
}

TEST_CASE("figures: the published roster of activation comes out of the county table") {
  const auto folder = test::data_folder("rollout figures");
  if (!folder) return;
  const auto file = *folder / "rollout" / "published_figures.csv";
  const auto figures = parse_figures(test::to_text(test::read_file(file)), "published_figures.csv");
  REQUIRE(figures);
  CHECK(fit_targets(*figures).size() == 6);
  run_output run;
  for (const county& c : counties()) run.activated.push_back(c.activated);
  int checked = 0;
  for (const figure& f : *figures) {
    if (f.metric.find("(roster") == std::string::npos) continue;
    CAPTURE(f.metric);
    CAPTURE(day_text(f.day));
    const double got = simulated(run, f);
    // The published shares are of the census population of April 2010.
    CHECK(got == doctest::Approx(f.value).epsilon(0.01));
    ++checked;
  }
  CHECK(checked > 100);
}

TEST_CASE("figures: what is not used is named, and what is no figure refused") {
  std::vector<std::string> unused;
  const auto read = parse_figures(
      "2012-06-30,removal_cum,1,x\n2012-06-30,removals_cum,many,x\n2012-06-30,removals_cum,5,x\n",
      "mine.csv", &unused);
  REQUIRE(read.has_value());
  CHECK(read->size() == 1);
  REQUIRE(unused.size() == 2);
  CHECK(unused[0].find("mine.csv:1: removal_cum") == 0);
  CHECK(unused[1].find("mine.csv:2") == 0);
  for (const char* bad : {"nan", "inf", "-5"})
    CHECK_FALSE(parse_figures("2012-06-30,removals_cum," + std::string(bad) + ",x\n", "mine.csv"));
}
