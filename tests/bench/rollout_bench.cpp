// The rollout's engine: events a second of M/M/c, and of the whole model over a year.
#include <benchmark/benchmark.h>

#include <cmath>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/replications.hpp"

namespace {

using namespace whorl;
using namespace whorl::rollout;

/// Exponential arrivals and service at a load of 0.9 for each of `range` servers.
void mmc(benchmark::State& state) {
  const auto servers = static_cast<double>(state.range(0));
  random_stream chance(below(1, "bench"));
  event_queue<bool> events;  // true: an arrival
  resource station("station", state.range(0));
  std::int64_t now = 0;
  std::uint32_t who = 0;
  const double service_ms = 12.0 * minute_ms, between_ms = service_ms / (0.9 * servers);
  auto begin = [&] { events.put(now + std::llround(chance.exponential(service_ms)), false); };
  events.put(0, true);
  for (auto _ : state) {
    const auto e = events.take();
    now = e.at_ms;
    if (e.what) {
      events.put(now + std::llround(chance.exponential(between_ms)), true);
      if (station.ask(++who, 1, 0, now)) begin();
      continue;
    }
    station.give_back(now);
    if (station.next(now)) begin();
  }
  state.counters["events/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(mmc)->Arg(1)->Arg(24)->Arg(1000);

void year_of_the_model(benchmark::State& state) {
  scenario s = usual_scenario();
  s.to = s.from + 365;
  const casework::case_settings rules = casework::usual_settings();
  double events = 0;
  for (auto _ : state) {
    const auto runs = replicate({&s, &rules, {}, 1, 1, 1, 0, {}});
    events += static_cast<double>(runs->front().events);
  }
  state.counters["events/s"] = benchmark::Counter(events, benchmark::Counter::kIsRate);
}
BENCHMARK(year_of_the_model)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
