// Speeds of the synthesiser. Run: build/release/bin/bench_synthesis
// A person is a name, dates and ten master fingers; impressions are counted apart.
#include <benchmark/benchmark.h>

#include "fingerprint/synthesis.hpp"

namespace {

using namespace whorl::fingerprint;

void make_people(benchmark::State& state) {
  std::uint64_t seed = static_cast<std::uint64_t>(state.thread_index()) << 32;
  for (auto _ : state) benchmark::DoNotOptimize(make_person(++seed));
  state.counters["people/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(make_people)->Threads(1)->UseRealTime();
BENCHMARK(make_people)->Threads(2)->UseRealTime();

void make_people_with_impressions(benchmark::State& state) {
  std::uint64_t seed = static_cast<std::uint64_t>(state.thread_index()) << 32;
  for (auto _ : state) benchmark::DoNotOptimize(make_impressions(make_person(++seed), 0));
  state.counters["people/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(make_people_with_impressions)->Threads(1)->UseRealTime();
BENCHMARK(make_people_with_impressions)->Threads(2)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
