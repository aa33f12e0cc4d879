// Appends a second of facts of 2 KB, synced embedded journal beside JetStream on one server and on
// three (R3), alone and with the outbox before it; a fact at a time and 64. Starts its own
// nats-servers on this machine: they share its processors and its disk.
#define DOCTEST_CONFIG_IMPLEMENT
#include <benchmark/benchmark.h>
#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>

#include "storage/jetstream/journal_jetstream.hpp"
#include "storage/jetstream/outbox_journal.hpp"
#include "tests/storage/jetstream/nats_server.hpp"
#include "tests/storage/storage_support.hpp"

namespace {

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::storage::jetstream;
using namespace whorl::test;

constexpr std::size_t fact_bytes = 2048;

instant machine_time() {
  return {std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

std::unique_ptr<journal> on_servers(nats_servers& servers, int replicas) {
  return must(open_jetstream_journal(must(connection::open(servers.options())),
                                     {.prefix = fresh_prefix(), .replicas = replicas}));
}

void append(benchmark::State& state, journal& log) {
  static int run = 0;
  const std::string name = std::to_string(++run) + " ";
  const auto count = static_cast<std::size_t>(state.range(0));
  std::int64_t done = 0;
  for ([[maybe_unused]] auto _ : state) {
    std::vector<append_request> batch(count);
    for (append_request& one : batch) {
      one.message_id = name + std::to_string(done++);
      one.payload.assign(fact_bytes, std::byte{7});
    }
    for (const auto& outcome : log.append(batch))
      if (!outcome) state.SkipWithError(outcome.error().message.c_str());
  }
  state.SetItemsProcessed(done);
}

void embedded(benchmark::State& state) {
  const temp_folder folder;
  append(state, *must(open_embedded_journal(folder.path().string())));
}
void one_server(benchmark::State& state) { append(state, *on_servers(shared_server(), 1)); }
void three_servers(benchmark::State& state) { append(state, *on_servers(shared_cluster(), 3)); }
void three_servers_outbox(benchmark::State& state) {
  const temp_folder folder;
  append(state, *must(outbox_journal::open(folder.path().string(), on_servers(shared_cluster(), 3),
                                           machine_time)));
}

void read_back(benchmark::State& state, nats_servers& servers, int replicas) {
  const auto log = on_servers(servers, replicas);
  constexpr std::size_t facts = 2000;
  std::vector<append_request> batch(500);
  for (std::size_t at = 0; at < facts; at += batch.size()) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch[i].message_id = std::to_string(at + i);
      batch[i].payload.assign(fact_bytes, std::byte{7});
    }
    for (const auto& outcome : log->append(batch))
      if (!outcome) state.SkipWithError(outcome.error().message.c_str());
  }
  for ([[maybe_unused]] auto _ : state)
    if (must(log->read(stream_id::bookings, 1, facts)).size() != facts)
      state.SkipWithError("facts are missing");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(facts));
}
void read_one_server(benchmark::State& state) { read_back(state, shared_server(), 1); }
void read_three_servers(benchmark::State& state) { read_back(state, shared_cluster(), 3); }

void tail_three_servers(benchmark::State& state) {
  const auto log = on_servers(shared_cluster(), 3);
  const append_request one{stream_id::bookings, "one", {}, bytes(fact_bytes)};
  must(std::move(log->append(std::span(&one, 1)).front()));
  for ([[maybe_unused]] auto _ : state) must(log->tail(stream_id::bookings));
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(embedded)->Arg(1)->Arg(64)->UseRealTime();
BENCHMARK(one_server)->Arg(1)->Arg(64)->UseRealTime();
BENCHMARK(three_servers)->Arg(1)->Arg(64)->UseRealTime();
BENCHMARK(three_servers_outbox)->Arg(1)->Arg(64)->UseRealTime();
BENCHMARK(read_one_server)->UseRealTime();
BENCHMARK(read_three_servers)->UseRealTime();
BENCHMARK(tail_three_servers)->UseRealTime();

}  // namespace

int main(int count, char** words) {
  doctest::Context outside;  // the servers' helper asserts as in a test
  outside.setAsDefaultForAssertsOutOfTestCases();
  outside.setAssertHandler([](const doctest::AssertData& what) {
    if (what.m_failed) std::abort();
  });
  benchmark::Initialize(&count, words);
  if (!nats_server_present()) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
