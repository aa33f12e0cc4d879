// Speeds of the matcher on synthetic prints (seeded, so every run sees the same ones):
// coarse and precise finger comparisons a second on one core, preparation, entries.
#include <benchmark/benchmark.h>

#include <vector>

#include "fingerprint/coarse.hpp"
#include "fingerprint/matcher.hpp"
#include "fingerprint/search_entry.hpp"
#include "fingerprint/simd_targets.hpp"
#include "fingerprint/stored_entry.hpp"

namespace {

using namespace whorl;
using namespace whorl::fingerprint;

/// Minutiae scattered over a rolled print; the matcher's work depends on their number, and on
/// chance agreement, not on their being ridges.
print_template scattered_print(std::uint64_t seed, std::uint8_t position, unsigned minutiae) {
  print_template print;
  print.finger_position = position;
  print.width_px = 400;
  print.height_px = 480;
  std::uint64_t state = seed * 0x9e3779b97f4a7c15ULL + position;
  const auto next = [&](std::uint64_t below) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state >> 33) % below;
  };
  for (unsigned i = 0; i < minutiae; ++i)
    print.minutiae.push_back({static_cast<std::uint16_t>(next(400)),
                              static_cast<std::uint16_t>(next(480)),
                              static_cast<std::uint8_t>(next(256)), minutia_type::ridge_ending,
                              static_cast<std::uint8_t>(1 + next(100))});
  return print;
}

std::vector<print_template> scattered_person(std::uint64_t seed, unsigned minutiae) {
  std::vector<print_template> prints;
  for (std::uint8_t position = 1; position <= 10; ++position)
    prints.push_back(scattered_print(seed, position, minutiae));
  return prints;
}

/// Entries, each 8-byte aligned (operator new aligns to 16).
std::vector<bytes> gallery(std::size_t people, unsigned minutiae) {
  std::vector<bytes> entries;
  for (std::size_t i = 0; i < people; ++i)
    entries.push_back(*build_search_entry(scattered_person(1000 + i, minutiae)));
  return entries;
}

void coarse_finger_comparisons(benchmark::State& state) {
  const auto minutiae = static_cast<unsigned>(state.range(0));
  const auto entries = gallery(512, minutiae);
  const auto probe = *prepare_probe(scattered_person(1, minutiae));
  const coarse_scan scan(*probe);
  for (auto _ : state)
    for (const bytes& entry : entries) benchmark::DoNotOptimize(scan.score(entry));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * entries.size() * 10));
}
BENCHMARK(coarse_finger_comparisons)->Arg(32)->Arg(40)->Arg(60);

/// The coarse stage on one instruction set after the other, plain C++ last.
void coarse_by_instruction_set(benchmark::State& state) {
  const auto names = simd_targets();
  const auto index = static_cast<std::size_t>(state.range(0));
  if (index >= names.size()) return state.SkipWithError("this processor has no more sets");
  const only_simd_target only(names[index]);
  const auto entries = gallery(512, 40);
  const auto probe = *prepare_probe(scattered_person(1, 40));
  const coarse_scan scan(*probe);
  for (auto _ : state)
    for (const bytes& entry : entries) benchmark::DoNotOptimize(scan.score(entry));
  state.SetLabel(names[index]);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * entries.size() * 10));
}
BENCHMARK(coarse_by_instruction_set)->DenseRange(0, 5);

void precise_finger_comparisons(benchmark::State& state) {
  const auto minutiae = static_cast<unsigned>(state.range(0));
  const auto entries = gallery(32, minutiae);
  const auto probe = *prepare_probe(scattered_person(1, minutiae));
  for (auto _ : state)
    for (const bytes& entry : entries) benchmark::DoNotOptimize(precise_score(*probe, entry));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * entries.size() * 10));
}
BENCHMARK(precise_finger_comparisons)->Arg(32)->Arg(48)->Arg(255);

void prepare_ten_fingers(benchmark::State& state) {
  const auto prints = scattered_person(1, static_cast<unsigned>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(prepare_probe(prints));
}
BENCHMARK(prepare_ten_fingers)->Arg(50)->Arg(255)->Unit(benchmark::kMicrosecond);

void expand_ten_finger_entry(benchmark::State& state) {
  const auto stored =
      *build_stored_entry(scattered_person(1, static_cast<unsigned>(state.range(0))));
  for (auto _ : state) benchmark::DoNotOptimize(expand(stored));
}
BENCHMARK(expand_ten_finger_entry)->Arg(50)->Arg(255)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
