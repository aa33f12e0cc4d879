// The real actors under faults, from seeds. One that fails prints the line that repeats it.
#include "sim/cluster/world.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

#include "sim/cluster/checkers.hpp"
#include "sim/cluster/seed_workers.hpp"
#include "sim/cluster/start_store.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::sim;

namespace {

/// A folder with the store that all seeds begin with.
const std::string& start_folder() {
  static test::temp_folder folder(folder_for_runs());
  static const std::string path = folder.path().string();
  static const bool made = make_start_store(path + "/start").has_value();
  REQUIRE(made);
  return path;
}

run_outcome run_one(const run_options& options) {
  auto run = run_seed(options, start_folder() + "/start", start_folder());
  REQUIRE_MESSAGE(run.has_value(), (run ? "" : run.error().message));
  return *std::move(run);
}

std::uint64_t seeds() {
  if (const char* set = std::getenv("WHORL_SEEDS")) return std::strtoull(set, nullptr, 10);
  return test::long_run() ? 5000 : 200;
}

struct totals {
  std::uint64_t runs = 0, steps = 0, messages = 0, seconds = 0;
  fault_counts fired{};

  void add(const seed_report& r) {
    ++runs;
    steps += r.steps;
    messages += r.messages;
    seconds += static_cast<std::uint64_t>(r.virtual_ms) / 1000;
    for (std::size_t kind = 0; kind < fault_kinds; ++kind) fired[kind] += r.fired[kind];
  }
};

void check_seeds(std::uint64_t first, std::uint64_t count, totals& sum) {
  seed_work work;
  work.first = first;
  work.count = count;
  const status ran = run_seeds(work, start_folder(), [&](const seed_report& r) {
    sum.add(r);
    const bool well = !r.fell && r.promise == 0 && !r.differs;
    CHECK_MESSAGE(well, "seed ", r.seed, ": promise ", r.promise, ": ", r.what,
                  (r.differs ? " (two different runs)" : ""),
                  "\n  repeat: whorl sim cluster --trace --seed ", r.seed);
    return well;
  });
  REQUIRE_MESSAGE(ran.has_value(), (ran ? "" : ran.error().message));
}

}  // namespace

TEST_CASE("simulation: seeds that have failed once") {
  std::ifstream file(std::string(WHORL_SOURCE_DIR) + "/tests/seeds/cluster.txt");
  std::uint64_t found = 0;
  totals sum;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    ++found;
    check_seeds(std::stoull(line), 1, sum);
  }
  CHECK(found > 0);
  CHECK(sum.runs == found);
}

TEST_CASE("simulation: every promise holds (faults and crashes, many seeds)") {
  totals sum;
  check_seeds(1, seeds(), sum);
  std::cout << "simulation: " << sum.runs << " seeds, " << sum.steps << " steps, " << sum.messages
            << " messages, " << sum.seconds << " virtual seconds" << std::endl;
  for (std::size_t kind = 0; kind < fault_kinds; ++kind)
    CHECK_MESSAGE(sum.fired[kind] > 0, to_string(static_cast<fault_kind>(kind)));
}

TEST_CASE("simulation: the same seed is the same run") {
  run_options options;
  options.seed = 42;
  options.nodes = 3;
  const run_outcome once = run_one(options), again = run_one(options);
  CHECK(once.trace == again.trace);
  CHECK(once.steps == again.steps);
  CHECK(once.messages == again.messages);
  CHECK(once.virtual_ms == again.virtual_ms);
  options.seed = 43;
  CHECK(run_one(options).trace != once.trace);
}

TEST_CASE("simulation: no faults, no crashes, few steps (the quiet run)") {
  run_options options;
  options.seed = 7;
  options.nodes = 3;
  options.plan = fault_plan{};
  const run_outcome run = run_one(options);
  CHECK(run.exchange_restarts == 0);
  CHECK(run.node_restarts == 0);
  const auto found = first_breach(run);
  CHECK_MESSAGE(!found, (found ? found->what : ""));
}

TEST_CASE("simulation: with the matcher that remembers each run is the one with the matcher") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    run_options options;
    options.seed = seed;
    options.nodes = nodes_of(seed);
    const run_outcome remembered = run_one(options);
    options.real_matcher = true;
    const run_outcome real = run_one(options);
    CHECK(remembered.trace == real.trace);
    CHECK(remembered.steps == real.steps);
    CHECK(remembered.messages == real.messages);
  }
}
