#include "sim/rollout/replications.hpp"

#include <doctest/doctest.h>

#include <numeric>

#include "sim/rollout/calendar.hpp"

using namespace whorl;
using namespace whorl::rollout;

namespace {
const casework::case_settings& usual_rules() {
  static const casework::case_settings usual = casework::usual_settings();
  return usual;
}
}  // namespace

TEST_CASE("replications: the work of a day is about its bookings, so that time left can be told") {
  scenario s = usual_scenario();
  s.to = parse_day("2010-03-01").value();
  for (const strategy_kind kind : {strategy_kind::historical, strategy_kind::all_at_once}) {
    CAPTURE(to_string(kind));
    s.strategy = kind;
    const auto costs = day_costs(s, plan(s, counties(), 1).value());
    const auto runs = replicate({&s, &usual_rules(), {}, 1, 1, 1, 0, {}});
    REQUIRE(runs);
    const run_output& out = runs->front();
    REQUIRE(costs.size() == static_cast<std::size_t>(s.to - s.from));
    double all = 0, bookings = 0, cost = 0;
    for (const std::uint64_t c : costs) all += static_cast<double>(c);
    for (std::size_t i = 0; i < costs.size(); ++i) {
      bookings += out.by_day[static_cast<std::size_t>(metric::submissions)][i];
      cost += static_cast<double>(costs[i]);
      if (i % 50 == 0)
        CHECK(cost / all == doctest::Approx(bookings / out.until(metric::submissions, s.to))
                                .epsilon(0.06)
                                .scale(1));
    }
  }
}

TEST_CASE("replications: progress ends at the expected work, and never goes back") {
  scenario s = usual_scenario();
  s.to = parse_day("2009-01-15").value();
  for (const auto& [kind, threads] :
       {std::pair<strategy_kind, std::size_t>{strategy_kind::historical, 1},
        {strategy_kind::historical, 3},
        {strategy_kind::capacity_gated, 3}}) {
    s.strategy = kind;
    std::uint64_t last = 0;
    bool falls = false;
    replication_setup setup{&s, &usual_rules(), {}, 1, 6, threads, 0, [&](std::uint64_t done) {
                              falls = falls || done < last;
                              last = done;
                            }};
    REQUIRE(replicate(setup));
    CHECK_FALSE(falls);
    CHECK(last == expected_work(setup).value());
  }
}
