#include "sim/rollout/simulation.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/replications.hpp"

using namespace whorl;
using namespace whorl::rollout;

namespace {

std::int32_t day(std::string_view text) { return parse_day(text).value(); }

scenario until(std::string_view end) {
  scenario s = usual_scenario();
  s.to = day(end);
  return s;
}

std::vector<run_output> run(const scenario& s, std::size_t count, std::size_t threads,
                            std::size_t traces = 0) {
  static const casework::case_settings rules = casework::usual_settings();
  auto out = replicate({&s, &rules, {}, 7, count, threads, traces, {}});
  REQUIRE(out);
  return *std::move(out);
}

/// Each step of a traced case, asked of the production lifecycle: what was taken is allowed, what
/// was asked for and refused is refused there too.
void check_steps(const std::vector<trace_line>& lines) {
  casework::case_view view;
  for (const trace_line& line : lines) {
    const case_event& e = line.event;
    casework::circumstances when;
    when.now = e.at;
    when.rules = line.rules;
    if (line.clock_end_ms != 0) when.clock_end = instant{line.clock_end_ms};
    for (const casework::transition& row : casework::transitions()) {
      const bool fits = row.step == e.step &&
                        std::find(row.from.begin(), row.from.end(), view.state) != row.from.end();
      if (fits && !row.by.empty()) when.role = row.by.front();
    }
    const status allowed = casework::check(view, e, when);
    CAPTURE(to_string(e.step));
    CAPTURE(casework::to_string(view.state));
    INFO((allowed ? std::string() : allowed.error().message));
    REQUIRE(allowed.has_value() == !line.refused);
    if (!line.refused) casework::apply(view, e);
  }
}

}  // namespace

TEST_CASE("simulation: every step of its cases is allowed by the production lifecycle") {
  // Over the change of rules of June 2010 and far enough for removals.
  scenario s = until("2011-06-01");
  s.from = day("2010-05-01");
  const run_output out = run(s, 1, 1, 3000).front();
  CHECK(out.refused_steps == 0);
  REQUIRE(out.traces.size() == 3000);
  std::map<std::string, int> seen;
  for (const auto& lines : out.traces) {
    check_steps(lines);
    for (const trace_line& line : lines)
      ++seen[(line.refused ? "refused " : "") + std::string(to_string(line.event.step))];
  }
  for (const char* step :
       {"status_found", "prints_confirmed", "interviewed", "no_action", "detainer_issued",
        "conditional_detainer_issued", "detainer_activated", "release_notified",
        "taken_into_custody", "hearing_held", "relief_granted", "removal_ordered", "removed",
        "released", "refused detainer_issued", "refused removal_ordered"}) {
    CAPTURE(step);
    CHECK(seen[step] > 0);
  }
}

TEST_CASE("simulation: the same whatever the number of threads; another seed is another run") {
  const scenario s = until("2009-02-01");
  const auto one = run(s, 3, 1), two = run(s, 3, 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(one[i].by_day == two[i].by_day);
    CHECK(one[i].by_place == two[i].by_place);
    CHECK(one[i].events == two[i].events);
  }
  CHECK(one[0].by_day != one[1].by_day);
}

TEST_CASE("simulation: what is counted adds up") {
  const scenario s = until("2009-06-01");
  const run_output out = run(s, 1, 1).front();
  auto all = [&](metric m) { return out.until(m, s.to); };
  CHECK(out.refused_steps == 0);
  CHECK(all(metric::submissions) > 100'000);
  const double levels = all(metric::level1_identified) + all(metric::level2_identified) +
                        all(metric::level3_identified) + all(metric::no_level_identified);
  CHECK(levels == all(metric::second_responses) + all(metric::withheld_responses));
  CHECK(levels <= all(metric::matches));
  CHECK(levels > 0.98 * all(metric::matches));  // the rest waits
  CHECK(all(metric::removals) == all(metric::level1_removed) + all(metric::level2_removed) +
                                     all(metric::level3_removed) +
                                     all(metric::removed_noncriminal));
  CHECK(all(metric::removals) > 0);
  CHECK(all(metric::removals) < all(metric::arrests));
  double states = 0;
  std::map<std::string, bool> done;
  for (const county& c : counties())
    if (done.emplace(c.state, true).second) states += out.until(metric::matches, s.to, c.state);
  CHECK(states == doctest::Approx(all(metric::matches)));
  CHECK(out.until(metric::hearings, s.to, "CA") < 0);  // not kept by place
}

TEST_CASE("simulation: once a status is found, whoever has no level waits behind those who have") {
  // Fewer officers than it takes: everybody waits, and a day of waiting is a level.
  scenario s = until("2010-10-01");
  s.from = day("2010-07-01");
  for (capacity& c : s.capacities)
    if (c.what == resource_id::officers) c.servers = {7, 7, 7};
  const run_output out = run(s, 1, 1, 20'000).front();
  CHECK(out.refused_steps == 0);
  std::map<int, std::vector<double>> waited_hours;
  for (const auto& lines : out.traces) {
    std::int64_t found_ms = 0;
    for (const trace_line& line : lines) {
      const case_event& e = line.event;
      if (e.step == case_step::status_found) found_ms = e.at.ms;
      const bool decides = e.step == case_step::no_action || e.step == case_step::detainer_issued ||
                           e.step == case_step::conditional_detainer_issued;
      if (!decides || found_ms == 0) continue;
      waited_hours[e.level].push_back(static_cast<double>(e.at.ms - found_ms) / hour_ms);
      break;
    }
  }
  const auto median = [&](int level) {
    auto& all = waited_hours[level];
    REQUIRE(all.size() > 100);
    std::ranges::sort(all);
    return all[all.size() / 2];
  };
  CHECK(median(2) > median(1) + 18);
  CHECK(median(3) > median(2) + 18);
  CHECK(median(0) > median(3) + 18);
}

TEST_CASE("simulation: a county's bookings are the same under every strategy") {
  scenario late = until("2008-12-20"), once = late;
  once.strategy = strategy_kind::all_at_once;
  arrivals a(late, counties(), 5), b(once, counties(), 5);
  std::vector<std::int32_t> few(counties().size(), never), all(counties().size(), late.from);
  const auto harris = static_cast<std::size_t>(find_county("48201"));
  few[harris] = late.from;
  std::vector<booking> x, y;
  a.of_day(late.from + 20, few, x);
  b.of_day(late.from + 20, all, y);
  std::erase_if(y, [&](const booking& one) { return one.place != harris; });
  REQUIRE(x.size() == y.size());
  REQUIRE(x.size() > 100);
  for (std::size_t i = 0; i < x.size(); ++i) {
    CHECK(x[i].key == y[i].key);
    CHECK(x[i].at_ms == y[i].at_ms);
  }
}

TEST_CASE("simulation: activation that waits for the operations centre keeps its answers in time") {
  // A third of the analysts: history's pace is too fast for them.
  scenario s = until("2009-08-01");
  s.capacities.clear();
  for (const capacity& c : usual_scenario().capacities) {
    s.capacities.push_back(c);
    if (c.what == resource_id::analysts) s.capacities.back().servers = {2, 2, 2};
  }
  scenario gated = s;
  gated.strategy = strategy_kind::capacity_gated;
  gated.values.gate_counties = 2;
  scenario risk = s;
  risk.strategy = strategy_kind::risk;
  const auto worst = [](const run_output& out) {
    double ms = 0;
    for (const durations& month : out.answers) ms = std::max(ms, month.quantile_ms(0.95));
    return ms / hour_ms;
  };
  const run_output a = run(risk, 1, 1).front(), b = run(gated, 1, 1).front();
  CAPTURE(worst(a));
  CAPTURE(worst(b));
  CHECK(worst(a) > 100);
  CHECK(worst(b) < worst(a) / 10);
  CHECK(b.until(metric::matches, s.to) > 10'000);
  CHECK(b.refused_steps == 0);
}

TEST_CASE("simulation: a detainer whose 48 hours pass without a bed ends, and nobody is kept") {
  scenario s = until("2009-06-01");
  for (capacity& c : s.capacities)
    if (c.what == resource_id::beds) c.servers = {20, 20, 20};
  const run_output out = run(s, 1, 1).front();
  CHECK(out.refused_steps == 0);
  CHECK(out.until(metric::detainers_expired, s.to) > out.until(metric::arrests, s.to));
  for (const resource_month& m : out.resources[static_cast<std::size_t>(resource_id::beds)])
    CHECK(m.busy_peak <= 20);
}

TEST_CASE("simulation: a bed that was given back is free: few beds do not run dry") {
  scenario s = until("2010-08-01");
  for (capacity& c : s.capacities)
    if (c.what == resource_id::beds) c.servers = {1000, 1000, 1000};
  s.values.located = 1;
  s.values.located_days = 0.5;
  s.values.pickup_hours = 100;
  const auto out = run(s, 1, 1).front();
  // Beds that two pick-ups of one person share, or lose, halve this.
  CHECK(out.until(metric::arrests, day("2010-07-31")) -
            out.until(metric::arrests, day("2010-06-30")) >
        900);
  CHECK(out.refused_steps == 0);
}

TEST_CASE("simulation: whoever is booked again is the same person: matched again") {
  scenario s = until("2009-09-01");
  s.values.notified = s.values.located = 0;
  s.values.rearrested = 0;
  const auto never = run(s, 1, 1).front();
  s.values.rearrested = 1;
  s.values.rearrested_days = 1;
  const auto always = run(s, 1, 1).front();
  const auto more = [&](metric m) { return always.until(m, always.to) - never.until(m, never.to); };
  CHECK(more(metric::submissions) > 0);
  CHECK(more(metric::matches) == more(metric::submissions));
}

TEST_CASE("simulation: who waits at the end is counted with the time waited so far") {
  scenario s = until("2009-03-01");
  for (capacity& c : s.capacities)
    if (c.what == resource_id::analysts) c.servers = {0, 0, 0};
  const auto out = run(s, 1, 1).front();
  CHECK(out.unanswered > 0);
  CHECK(out.answers.back().count() == out.unanswered);
  CHECK(out.answers.back().quantile_ms(0.95) > 24 * hour_ms);
}
