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
  return run_world(options, folder.path().string());
}

/// Every fifth run is of one process, the others of two to five nodes.
std::size_t nodes_of(std::uint64_t seed) { return seed % 5 == 0 ? 0 : 1 + seed % 5; }

std::uint64_t seeds() {
  if (const char* set = std::getenv("WHORL_SEEDS")) return std::strtoull(set, nullptr, 10);
  return test::long_run() ? 5000 : 200;
}

}  // namespace

TEST_CASE("simulation: every promise holds (faults and crashes, many seeds)") {
  std::uint64_t first = 1;
  if (const char* set = std::getenv("WHORL_SEED")) first = std::strtoull(set, nullptr, 10);
  const bool alone = std::getenv("WHORL_SEED") != nullptr && std::getenv("WHORL_SEEDS") == nullptr;
  const std::uint64_t last = alone ? first : first + seeds() - 1;
  std::uint64_t steps = 0, messages = 0, ms = 0;
  fault_counts fired{};
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    run_options options;
    options.seed = seed;
    options.nodes = nodes_of(seed);
    if (std::getenv("WHORL_TRACE") != nullptr)
      options.tell = [](std::int64_t at_ms, const std::string& what) {
        std::cout << at_ms << " ms: " << what << "\n";
      };
    const run_outcome run = run_seed(options);
    steps += run.steps;
    messages += run.messages;
    ms += static_cast<std::uint64_t>(run.virtual_ms);
    for (std::size_t kind = 0; kind < fault_kinds; ++kind) fired[kind] += run.fired[kind];
    const auto found = first_breach(run);
    CHECK_MESSAGE(!found, "seed ", seed, ": promise ", (found ? found->promise : 0), ": ",
                  (found ? found->what : ""), "\n  repeat: WHORL_SEED=", seed,
                  " build/release/bin/test_sim");
    if (found) break;
  }
  std::cout << "simulation: seeds " << first << ".." << last << ", " << steps << " steps, "
            << messages << " messages, " << ms / 1000 << " virtual seconds" << std::endl;
  for (std::size_t kind = 0; kind < fault_kinds; ++kind) {
    std::cout << "  " << to_string(static_cast<fault_kind>(kind)) << " " << fired[kind] << "\n";
    if (first != last) CHECK_MESSAGE(fired[kind] > 0, to_string(static_cast<fault_kind>(kind)));
  }
}

TEST_CASE("simulation: the same seed is the same run") {
  run_options options;
  options.seed = 42;
  options.nodes = 3;
  const run_outcome once = run_seed(options), again = run_seed(options);
  CHECK(once.trace == again.trace);
  CHECK(once.steps == again.steps);
  CHECK(once.messages == again.messages);
  CHECK(once.virtual_ms == again.virtual_ms);
  options.seed = 43;
  CHECK(run_seed(options).trace != once.trace);
}

TEST_CASE("simulation: no faults, no crashes, few steps (the quiet run)") {
  run_options options;
  options.seed = 7;
  options.nodes = 3;
  options.plan = fault_plan{};
  const run_outcome run = run_seed(options);
  CHECK(run.exchange_restarts == 0);
  CHECK(run.node_restarts == 0);
  const auto found = first_breach(run);
  CHECK_MESSAGE(!found, (found ? found->what : ""));
}
