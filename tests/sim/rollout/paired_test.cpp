#include "sim/rollout/paired.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/replications.hpp"

using namespace whorl;
using namespace whorl::rollout;

namespace {
std::vector<run_output> run(const scenario& s) {
  static const casework::case_settings rules = casework::usual_settings();
  auto out = replicate({&s, &rules, {}, 1, 3, 1, 0, {}});
  REQUIRE(out);
  return *std::move(out);
}
const difference& named_difference(const std::vector<difference>& all, std::string_view name) {
  return *std::find_if(all.begin(), all.end(),
                       [&](const difference& d) { return d.what->name == name; });
}
}  // namespace

TEST_CASE("paired: one changed number is seen, and nothing else that it does not touch") {
  scenario base = usual_scenario();
  base.to = parse_day("2009-02-01").value();
  scenario slower = base;
  slower.values.analyst_minutes *= 1.5;
  const auto all = compare_runs(run(base), run(slower));
  CHECK(all.size() == measures().size());
  const difference& submissions = named_difference(all, "submissions");
  CHECK(submissions.paired.half_width() < 0.01 * submissions.first.mean);
  CHECK(submissions.paired.mean == doctest::Approx(0).epsilon(0.001 * submissions.first.mean));
  const difference& answer = named_difference(all, "answer, half");
  CHECK(answer.is_clear());
  CHECK(answer.paired.mean == doctest::Approx(4.5).epsilon(0.6));
}

TEST_CASE("paired: with the same bookings a difference is known better than its parts") {
  scenario base = usual_scenario();
  base.to = parse_day("2009-03-01").value();
  scenario less = base;
  less.values.action *= 0.9;
  const auto all = compare_runs(run(base), run(less));
  const difference& detainers = named_difference(all, "detainers");
  CHECK(detainers.is_clear());
  CHECK(detainers.paired.mean == doctest::Approx(-0.1 * detainers.first.mean).epsilon(0.25));
}

TEST_CASE("paired: one run says nothing about how sure a difference is") {
  scenario base = usual_scenario();
  base.to = parse_day("2009-01-01").value();
  scenario less = base;
  less.values.action *= 0.5;
  const auto a = run(base), b = run(less);
  const auto all = compare_runs(std::span(a).first(1), std::span(b).first(1));
  for (const difference& d : all) CHECK_FALSE(d.is_clear());
}
