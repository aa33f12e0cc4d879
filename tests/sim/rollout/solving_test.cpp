#include "sim/rollout/solving.hpp"

#include <doctest/doctest.h>

#include "sim/rollout/calendar.hpp"

using namespace whorl;
using namespace whorl::rollout;

namespace {
const casework::case_settings& rules() {
  static const casework::case_settings all = casework::usual_settings();
  return all;
}
scenario until(const char* day) {
  scenario s = usual_scenario();
  s.to = parse_day(day).value();
  return s;
}
}  // namespace

TEST_CASE("solving: targets as people write them") {
  const auto four = parse_target("p95 answer <= 4h");
  REQUIRE(four);
  CHECK(four->share == doctest::Approx(0.95));
  CHECK(four->within_ms == 4 * hour_ms);
  const auto ninety = parse_target("p50 answer<=90min");
  REQUIRE(ninety);
  CHECK(ninety->within_ms == 90 * minute_ms);
  for (const char* bad : {"", "fast", "p95 answer <= 4", "p0 answer <= 4h", "answer <= 4h",
                          "p95 answer <= -1h", "p95 beds <= 4h"}) {
    CAPTURE(bad);
    const auto read = parse_target(bad);
    REQUIRE_FALSE(read);
    CHECK(read.error().message.find("p95 answer <= 4h") != std::string::npos);
  }
}

TEST_CASE("solving: the analysts found hold the target in every month, with each seed") {
  scenario s = until("2009-03-01");
  const solving from{&s, &rules(), {}, 1, 3, 2, {}};
  const auto needs = solve_staff(from, *parse_target("p95 answer <= 2h"));
  REQUIRE(needs);
  REQUIRE(needs->size() == 5);
  for (const need_of_month& n : *needs) {
    CAPTURE(month_text(n.month));
    CHECK(n.met <= 120);
    CHECK(n.servers[2] >= 1);
    CHECK(n.servers[2] < 20);
  }
  CHECK(needs->back().servers[2] >= needs->front().servers[2]);
  std::erase_if(s.capacities, [](const capacity& c) { return c.what == resource_id::analysts; });
  for (const need_of_month& n : *needs)
    s.capacities.push_back({resource_id::analysts,
                            month_begin(n.month),
                            {n.servers[0], n.servers[1], n.servers[2]},
                            {}});
  const auto again = replicate({&s, &rules(), {}, 1, 3, 1, 0, {}});
  REQUIRE(again);
  REQUIRE(again->size() == 3);
  for (const run_output& run : *again)
    for (std::size_t m = 0; m < needs->size(); ++m)
      CHECK(run.answers[m].quantile_ms(0.95) <= (*needs)[m].met * minute_ms);
  const auto never_enough = solve_staff(from, *parse_target("p95 answer <= 5min"));
  REQUIRE_FALSE(never_enough);
  CHECK(never_enough.error().message.find("no number of analysts") != std::string::npos);
}

TEST_CASE("solving: as many beds as the peak leave nobody waiting") {
  scenario s = until("2009-03-01");
  std::uint64_t told = 0;
  const solving from{&s, &rules(), {}, 1, 1, 1, [&](std::uint64_t work) {
                       CHECK(work >= told);
                       told = work;
                     }};
  const auto needs = solve_places(from, resource_id::beds);
  REQUIRE(needs);
  // Of one run, day by day.
  CHECK(told == expected_work({&s, &rules(), {}, 1, 1, 1, 0, {}}).value());
  std::int64_t most = 0;
  for (const need_of_month& n : *needs) most = std::max(most, n.servers[0]);
  REQUIRE(most > 100);
  const auto of_three = solve_places({&s, &rules(), {}, 1, 3, 1, {}}, resource_id::beds);
  REQUIRE(of_three);
  for (std::size_t m = 0; m < needs->size(); ++m)
    CHECK((*of_three)[m].servers[0] >= (*needs)[m].servers[0]);
  const auto waits = [&](std::int64_t beds) {
    scenario with = s;
    std::erase_if(with.capacities, [](const capacity& c) { return c.what == resource_id::beds; });
    with.capacities.push_back({resource_id::beds, with.from - 1, {beds, beds, beds}, {}});
    const auto runs = replicate({&with, &rules(), {}, 1, 1, 1, 0, {}});
    double peak = 0;
    for (const auto& m : runs->front().resources[static_cast<std::size_t>(resource_id::beds)])
      peak = std::max(peak, m.peak_waiting);
    return peak;
  };
  CHECK(waits(most) == 0);
  CHECK(waits(most / 2) > 0);
}

TEST_CASE("solving: a pace that holds, or that none does") {
  scenario s = until("2009-01-01");
  const solving from{&s, &rules(), {}, 1, 1, 1, {}};
  const auto found = solve_pace(from, *parse_target("p95 answer <= 4h"));
  REQUIRE(found);
  CHECK(found->possible);
  CHECK(found->pace > 1);
  CHECK(found->met_minutes <= 240);
  const auto none = solve_pace(from, *parse_target("p95 answer <= 5min"));
  REQUIRE(none);
  CHECK_FALSE(none->possible);
}

TEST_CASE("solving: a pace is refused where there is none, and nobody answered is not in time") {
  scenario s = until("2009-01-01");
  for (const strategy_kind none :
       {strategy_kind::file, strategy_kind::capacity_gated, strategy_kind::all_at_once}) {
    s.strategy = none;
    CHECK_FALSE(solve_pace({&s, &rules(), {}, 1, 1, 1, {}}, *parse_target("p95 answer <= 4h")));
  }
  s.strategy = strategy_kind::historical;
  for (capacity& c : s.capacities)
    if (c.what == resource_id::analysts) c.servers = {0, 0, 0};
  const auto found = solve_pace({&s, &rules(), {}, 1, 1, 1, {}}, *parse_target("p95 answer <= 4h"));
  REQUIRE(found);
  CHECK_FALSE(found->possible);
}
