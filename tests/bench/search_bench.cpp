// The scan of everybody on slabs in memory: people a second, and what its order loses. Synthetic
// people (synthesis_version), WHORL_BENCH_PEOPLE of them (default 10,000), ten rolled fingers.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <vector>

#include "fingerprint/matcher.hpp"
#include "fingerprint/slab.hpp"
#include "fingerprint/synthesis.hpp"

namespace {

using namespace whorl;
using namespace whorl::fingerprint;

constexpr std::uint64_t first_seed = 77'000'000;

std::size_t people_wanted() {
  const char* told = std::getenv("WHORL_BENCH_PEOPLE");
  return told == nullptr ? 10'000 : std::strtoul(told, nullptr, 10);
}

/// All people's slabs, made once.
const std::vector<bytes>& gallery() {
  static const std::vector<bytes> slabs = [] {
    std::vector<bytes> out, rows;
    const std::size_t people = people_wanted();
    for (std::size_t i = 0; i < people; ++i) {
      const auto prints = make_impressions(make_person(first_seed + i), 0);
      rows.push_back(build_sketch_row(*build_search_entry(prints)));
      if (rows.size() < slab_people && i + 1 < people) continue;
      out.push_back(build_slab(std::vector<byte_view>(rows.begin(), rows.end())));
      rows.clear();
    }
    return out;
  }();
  return slabs;
}

/// Another capture of person `index`: the first `fingers` of index, thumb, middle, ring, little.
std::vector<positioned_sketch> probe_of(std::size_t index, std::size_t fingers,
                                        const impression_conditions& conditions) {
  constexpr std::uint8_t order[] = {2, 7, 3, 8, 1, 6, 4, 9, 5, 10};
  const auto all = make_impressions(make_person(first_seed + index), 9, conditions);
  std::vector<print_template> chosen;
  for (std::size_t i = 0; i < fingers; ++i) chosen.push_back(all[order[i] - 1u]);
  return make_probe_sketches(*build_search_entry(chosen));
}

/// Counters: mates that are not among the best 1 in 1,000 and 1 in 100, in per cent of the probes.
void scan(benchmark::State& state, const impression_conditions& conditions) {
  constexpr std::size_t probes = 200;
  const auto& slabs = gallery();
  const std::size_t people = people_wanted();
  std::vector<std::vector<positioned_sketch>> prepared;
  for (std::size_t q = 0; q < probes; ++q)
    prepared.push_back(
        probe_of(q * people / probes, static_cast<std::size_t>(state.range(0)), conditions));
  std::vector<std::uint32_t> scores(people);
  std::size_t done = 0, lost_1000 = 0, lost_100 = 0;
  for ([[maybe_unused]] auto _ : state) {
    const std::size_t q = done++ % probes;
    for (std::size_t s = 0; s < slabs.size(); ++s)
      score_slab(prepared[q], slabs[s],
                 std::span(scores).subspan(s * slab_people, people_in(slabs[s])));
    if (done > probes) continue;
    const std::uint32_t mate = scores[q * people / probes];
    std::size_t before = 0;
    for (const std::uint32_t score : scores) before += score >= mate ? 1 : 0;  // the mate too
    lost_1000 += before > people / 1000 ? 1 : 0;
    lost_100 += before > people / 100 ? 1 : 0;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(done * people));
  const auto percent = [&](std::size_t lost) {
    return 100.0 * static_cast<double>(lost) / static_cast<double>(std::min(done, probes));
  };
  state.counters["lost_1_in_1000"] = percent(lost_1000);
  state.counters["lost_1_in_100"] = percent(lost_100);
}

void scan_rolled(benchmark::State& state) { scan(state, {}); }
void scan_ordinary(benchmark::State& state) { scan(state, impression_conditions::ordinary()); }
void scan_poor(benchmark::State& state) { scan(state, impression_conditions::poor()); }
BENCHMARK(scan_rolled)->Arg(10)->Arg(4)->Arg(2)->Iterations(200)->Unit(benchmark::kMillisecond);
BENCHMARK(scan_ordinary)->Arg(10)->Arg(4)->Arg(2)->Iterations(200)->Unit(benchmark::kMillisecond);
BENCHMARK(scan_poor)->Arg(10)->Arg(4)->Arg(2)->Iterations(200)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
