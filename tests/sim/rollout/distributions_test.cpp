#include "sim/rollout/distributions.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/replications.hpp"

using namespace whorl;
using namespace whorl::rollout;

namespace {

std::vector<run_output> run(const scenario& s, std::size_t count) {
  static const casework::case_settings rules = casework::usual_settings();
  auto out = replicate({&s, &rules, {}, 7, count, 1, 0, {}});
  REQUIRE(out);
  return *std::move(out);
}
scenario until(std::string_view end) {
  scenario s = usual_scenario();
  s.to = parse_day(end).value();
  return s;
}
const distribution& named(const std::vector<distribution>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &distribution::name);
  REQUIRE(found != all.end());
  return *found;
}
void few(scenario& s, resource_id what, std::int64_t servers) {
  for (capacity& c : s.capacities)
    if (c.what == what) c.servers = {servers, servers, servers};
}

}  // namespace

TEST_CASE("distributions: each counts what the run counts, in one run and over two") {
  const scenario s = until("2010-02-01");
  const auto runs = run(s, 2);
  const auto all = distributions(runs);
  const auto mean_of = [&](metric m) {
    return (runs[0].until(m, s.to) + runs[1].until(m, s.to)) / 2;
  };
  CHECK(named(all, "booking_to_removal").count == mean_of(metric::removals));
  const distribution& custody = named(all, "custody");
  CHECK(custody.count == mean_of(metric::arrests));  // each has ended or goes on
  CHECK(custody.still > 0);
  CHECK(named(all, "answer").count == mean_of(metric::matches));
  scenario later = s;  // nearly all are removed: four days instead of one from the seat on
  later.values.leave_days = 4;
  CHECK(named(distributions(run(later, 2)), "custody").mean() - custody.mean() ==
        doctest::Approx(2.8).epsilon(0.1));
  CHECK(named(all, "booking_to_removal").quantile(0.5) > custody.quantile(0.5));
  double of_years = 0;
  for (const int year : years_of(runs[0]))
    of_years += named(distributions(runs, year), "custody").count;
  CHECK(of_years == custody.count);
  CHECK(named(distributions(runs, 2009), "custody").still == 0);
}

TEST_CASE("distributions: who waits is seen in the line that is short of places") {
  const std::pair<resource_id, const char*> lines[] = {{resource_id::analysts, "wait_analysts"},
                                                       {resource_id::interviews, "wait_interviews"},
                                                       {resource_id::beds, "wait_beds"}};
  const auto usual = distributions(run(until("2009-04-01"), 1));
  for (const auto& [what, name] : lines) {
    CAPTURE(name);
    scenario s = until("2009-04-01");
    few(s, what, 1);
    const auto runs = run(s, 1);
    const auto all = distributions(runs);
    CHECK(named(usual, name).quantile(0.95) == 0);
    CHECK(named(all, name).quantile(0.95) > 0);
    CHECK(named(all, name).still > 0);  // the time so far of whoever stands in line at the end
    CHECK(named(all, "wait_seats").quantile(0.95) == 0);
  }
}

TEST_CASE("distributions: CSV and JSON say the same, a row a measure and year") {
  const auto runs = run(until("2009-02-01"), 1);
  const std::string csv = distributions_csv(runs);
  CHECK(
      csv.starts_with("measure,unit,year,count,still,mean,p5,p10,p25,p50,p75,p90,p95,p99,p99.9\n"
                      "answer,minutes,2008,"));
  CHECK(std::ranges::count(csv, '\n') == 1 + 3 * (2 + static_cast<long>(length_count) - 1));
  const auto data = nlohmann::json::parse(distributions_json(runs));
  CHECK(data.size() == 1 + length_count);
  const auto& custody = data["custody"];
  CHECK(custody["unit"] == "days");
  CHECK(custody["all"]["count"].get<double>() ==
        custody["2008"]["count"].get<double>() + custody["2009"]["count"].get<double>());
  CHECK(custody["all"]["quantiles"]["50"].get<double>() <=
        custody["all"]["quantiles"]["95"].get<double>());
}

TEST_CASE("distributions: times in the unit that people would use") {
  CHECK(time_words(0) == "0");
  CHECK(time_words(90.0 * second_ms) == "1.5 min");
  CHECK(time_words(2.5 * hour_ms) == "2.5 h");
  CHECK(time_words(33.33 * day_ms) == "33.3 days");
  CHECK(time_words(731.0 * day_ms) == "2 years");
}
