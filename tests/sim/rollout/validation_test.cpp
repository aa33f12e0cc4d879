#include "sim/rollout/validation.hpp"

#include <doctest/doctest.h>

#include <set>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/counties.hpp"

using namespace whorl::rollout;

namespace {

/// A run with so many submissions on each day of 2010 and 2011.
run_output steady(std::uint32_t a_day) {
  run_output out;
  out.from = parse_day("2010-01-01").value();
  out.to = parse_day("2012-01-01").value();
  out.by_day.assign(metric_count, std::vector<std::uint32_t>(730));
  out.by_day[static_cast<std::size_t>(metric::submissions)].assign(730, a_day);
  return out;
}
figure row(const char* day, double value) {
  figure f;
  f.day = parse_day(day).value();
  f.metric = "submissions_cum";
  f.value = value;
  return f;
}

}  // namespace

TEST_CASE("validation: kinds, errors and baselines") {
  const std::vector<run_output> runs = {steady(10)};
  // Ten days of 10 are 100: published 50 after ten, 90 after twenty days.
  const std::vector<figure> known = {row("2010-01-10", 50), row("2010-01-20", 90)};
  std::vector<figure> judged = known;
  judged.push_back(row("2011-01-10", 4000));
  const auto rows = compare_figures(runs, known, judged);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].kind == "residual");
  CHECK(rows[0].relative_error == doctest::Approx(1.0));
  CHECK(rows[0].last_value < 0);
  CHECK(rows[1].kind == "fitted");  // the last row up to the end of 2010
  CHECK(rows[2].kind == "predicted");
  CHECK(rows[2].simulated.mean == doctest::Approx(3750));
  CHECK(rows[2].last_value == doctest::Approx(90));
  CHECK(rows[2].trend == doctest::Approx(90 + 4.0 * 355));
}

TEST_CASE("validation: a place without published rows is held against its share of the nation's") {
  // By places, submissions are there but none were made: what is looked at are the baselines.
  run_output run = steady(10);
  run.first_month = month_of(run.from);
  run.months = 24;
  run.by_place.assign(place_metric_count, std::vector<std::uint32_t>(24 * counties().size()));
  const std::vector<run_output> runs = {run};
  std::vector<figure> known = {row("2010-01-10", 50), row("2010-01-20", 90)};
  figure judged = row("2011-01-10", 400);
  judged.place = "CA";
  const double share = share_of_place("CA", "submissions_cum", judged.day);
  auto rows = compare_figures(runs, known, std::vector{judged});
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].is_share);
  CHECK(rows[0].last_value == doctest::Approx(90 * share));
  CHECK(rows[0].trend == doctest::Approx((90 + 4.0 * 355) * share));
  // Its own published row, once there is one, goes before.
  figure own = row("2010-02-01", 33);
  own.place = "CA";
  known.push_back(own);
  rows = compare_figures(runs, known, std::vector{judged});
  CHECK_FALSE(rows[0].is_share);
  CHECK(rows[0].last_value == doctest::Approx(33));
}

TEST_CASE("validation: the shares of all states are one, of nobody nothing") {
  const std::int32_t day = parse_day("2010-12-31").value();
  std::set<std::string> states;
  for (const county& c : counties()) states.insert(c.state);
  for (const char* metric : {"submissions_cum", "removals_cum"}) {
    double sum = 0;
    for (const std::string& state : states) sum += share_of_place(state, metric, day);
    CHECK(sum == doctest::Approx(1.0));
  }
  // Harris County alone was activated in October 2008.
  CHECK(share_of_place("48201", "removals_cum", parse_day("2008-10-31").value()) == 1);
  CHECK(share_of_place("CA", "removals_cum", parse_day("2008-10-31").value()) == 0);
  // More non-citizens than residents' share.
  CHECK(share_of_place("CA", "removals_cum", day) > share_of_place("CA", "submissions_cum", day));
}

TEST_CASE("validation: what the model does not have for a place is not compared") {
  const run_output run = steady(10);
  figure f = row("2010-01-10", 50);
  CHECK(can_compare(run, f));
  f.metric = "level1_removed_cum";
  f.place = "CA";
  CHECK_FALSE(can_compare(run, f));
  CHECK(compare_figures(std::vector{run}, {}, std::vector{f}).empty());
}

TEST_CASE("validation: the interval of a prediction is as wide as growth was wrong before") {
  const std::vector<run_output> runs = {steady(10)};
  // A hundred days of 10 are 1000; growth published: half of it, then twice as much.
  const std::vector<figure> known = {row("2010-04-10", 500), row("2010-04-20", 510),
                                     row("2010-07-19", 2500)};
  CHECK(growth_spread(runs, known, "submissions_cum") == doctest::Approx(0.6931).epsilon(0.001));
  const interval i = predicted(runs, known, row("2010-07-29", 0));
  CHECK(i.mean == doctest::Approx(2100));
  CHECK(i.low == doctest::Approx(2000 + 100 * 0.257).epsilon(0.001));
  CHECK(i.high == doctest::Approx(2000 + 100 * 3.89).epsilon(0.001));
}
