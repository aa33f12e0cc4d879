// The real actors under faults, a seed at a time. A failing seed prints the line that repeats it.
#include "sim/cluster/world.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <iostream>

#include "sim/cluster/checkers.hpp"
#include "sim/cluster/scenario.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::sim;

namespace {

/// A store with the people who stand in a gallery at the start; copied for each seed.
const std::filesystem::path& prepared_store() {
  static test::temp_folder folder;
  static const std::filesystem::path made = [] {
    const std::filesystem::path path = folder.path() / "store";
    REQUIRE(storage::create_store(path.string(), 2).has_value());
    storage::partition_options options;
    options.map_bytes = 64u << 20;
    options.durable = false;
    auto opened = storage::open_store(path.string(), options);
    REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error().message));
    REQUIRE(enrol_start_people(**opened).has_value());
    return path;
  }();
  return made;
}

run_outcome run_seed(const run_options& options) {
  test::temp_folder folder;
  const auto store = folder.path() / "store";
  std::filesystem::copy(prepared_store(), store, std::filesystem::copy_options::recursive);
  return run_world(options, store.string());
}

std::uint64_t seeds() {
  if (const char* set = std::getenv("WHORL_SEEDS")) return std::strtoull(set, nullptr, 10);
  return test::long_run() ? 5000 : 200;
}

}  // namespace

TEST_CASE("simulation: every promise holds (faults and crashes, many seeds)") {
  std::uint64_t first = 1;
  if (const char* set = std::getenv("WHORL_SEED")) first = std::strtoull(set, nullptr, 10);
  const std::uint64_t last = std::getenv("WHORL_SEED") != nullptr ? first : seeds();
  std::uint64_t steps = 0, crashes = 0;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    run_options options;
    options.seed = seed;
    const run_outcome run = run_seed(options);
    steps += run.steps;
    crashes += run.crashes;
    const breach found = check_all(run);
    CHECK_MESSAGE(!found, "seed ", seed, ": ", found.value_or(""), "\n  repeat: WHORL_SEED=", seed,
                  " build/release/bin/test_sim");
    if (found) break;
  }
  std::cout << "simulation: seeds " << first << ".." << last << ", " << steps << " steps, "
            << crashes << " crashes" << std::endl;
  if (first != last) CHECK(crashes > 0);  // else the faults are not what we think
}

TEST_CASE("simulation: the same seed is the same run") {
  run_options options;
  options.seed = 42;
  const run_outcome once = run_seed(options), again = run_seed(options);
  CHECK(once.trace == again.trace);
  CHECK(once.steps == again.steps);
  CHECK(once.crashes == again.crashes);
  options.seed = 43;
  CHECK(run_seed(options).trace != once.trace);
}

TEST_CASE("simulation: no faults, no crashes, few steps (the quiet run)") {
  run_options options;
  options.seed = 7;
  options.journal = {0, 0};
  options.network = {0, 0, 0, 0, 1};
  options.shard_throws_percent = 0;
  const run_outcome run = run_seed(options);
  CHECK(run.crashes == 0);
  const breach found = check_all(run);
  CHECK_MESSAGE(!found, found.value_or(""));
}
