// What it costs a node to read its replicas for damage, and its exchange to compare: a part of
// checked_bytes_max, and enrolments beside it. One partition of 5,000 people of ten fingers, made
// of a handful of synthetic ones, in memory (WHORL_BENCH_PEOPLE: so many).
#define DOCTEST_CONFIG_IMPLEMENT  // storage_support.hpp checks as a test does
#include <benchmark/benchmark.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "messages/key_purposes.hpp"
#include "tests/storage/storage_support.hpp"

namespace {

using namespace whorl;
using whorl::test::must;

constexpr std::uint64_t kinds = 8;

std::size_t people_wanted() {
  const char* told = std::getenv("WHORL_BENCH_PEOPLE");
  return told == nullptr ? 5'000 : std::strtoul(told, nullptr, 10);
}

subject_record record_of(std::uint64_t id) {
  static const std::vector<subject_record> made = [] {
    std::vector<subject_record> out;
    for (std::uint64_t i = 0; i < kinds; ++i) out.push_back(test::make_record(1 + i));
    return out;
  }();
  subject_record record = made[id % kinds];
  record.subject = {id};
  return record;
}

struct bench_partition {
  bench_partition() {
    constexpr std::size_t batch = 500;
    for (std::size_t first = 1; first <= people_wanted(); first += batch) {
      std::vector<subject_record> people;
      for (std::size_t i = 0; i < batch; ++i) people.push_back(record_of(first + i));
      must(partition->import(people, {}));
    }
  }
  fact_record enrolment(std::uint64_t id) {
    const storage::seal_request wanted{{id, key_purpose::record_criminal},
                                       wire::encode(record_of(id))};
    auto sealed = must(keys->seal(std::span(&wanted, 1)));
    stream.add(subject_enrolled{{id}, {1}, {1000}, "bench", std::move(sealed.front())});
    return stream.all().back();
  }
  test::temp_folder folder{"/dev/shm"};
  std::unique_ptr<storage::keyring> keys = test::quick_keyring(folder.path().string() + "/keys");
  test::fact_stream stream{stream_id::criminal};
  std::unique_ptr<storage::gallery_partition> partition = must(storage::open_gallery_partition(
      folder.path().string() + "/0", {gallery_kind::criminal, 0}, 1, *keys, {4ull << 30, false}));
};

bench_partition& shared() {
  static bench_partition one;
  return one;
}

void check(benchmark::State& state) {
  row_place at;
  std::int64_t bytes_read = 0;
  for ([[maybe_unused]] auto _ : state) {
    at = must(must(shared().partition->view())->check_stretch(at, checked_bytes_max)).to;
    bytes_read += static_cast<std::int64_t>(checked_bytes_max);
  }
  state.SetBytesProcessed(bytes_read);
}

void compare(benchmark::State& state) {
  std::vector<row_stretch> parts(1);
  const auto view = must(shared().partition->view());
  for (row_place at; parts.size() < 20; at = parts.back().to)
    parts.push_back(must(view->check_stretch(at, checked_bytes_max)));
  std::size_t next = 1;
  for ([[maybe_unused]] auto _ : state) {
    const bool same = must(view->holds_stretch(parts[next], checked_bytes_max));
    if (!same) state.SkipWithError("a partition that is unlike itself");
    next = next + 1 < parts.size() ? next + 1 : 1;
  }
}

/// 25 enrolments, each applied alone, as a busy second of a node has them; with Arg(1) a part is
/// read besides.
void enrol_a_second(benchmark::State& state) {
  static std::uint64_t id = 10'000'000;
  row_place at;
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    std::vector<fact_record> facts;
    for (int i = 0; i < 25; ++i) facts.push_back(shared().enrolment(++id));
    state.ResumeTiming();
    for (const fact_record& each : facts) must(shared().partition->apply(std::span(&each, 1)));
    if (state.range(0) != 0)
      at = must(must(shared().partition->view())->check_stretch(at, checked_bytes_max)).to;
  }
}

BENCHMARK(check)->Unit(benchmark::kMillisecond);
BENCHMARK(compare)->Unit(benchmark::kMillisecond);
BENCHMARK(enrol_a_second)->Arg(0)->Arg(1)->Iterations(100)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int count, char** words) {
  doctest::Context outside;
  outside.setAsDefaultForAssertsOutOfTestCases();
  outside.setAssertHandler([](const doctest::AssertData& what) {
    if (what.m_failed) std::abort();
  });
  benchmark::Initialize(&count, words);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
