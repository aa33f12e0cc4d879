#include "sim/rollout/validation.hpp"

#include <doctest/doctest.h>

#include "sim/rollout/calendar.hpp"

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
