#include "tests/sim/scenarios/scenario_support.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "sim/cluster/checkers.hpp"
#include "sim/cluster/start_store.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

/// A folder with the store that all runs begin with.
const std::string& scenes_folder() {
  static temp_folder folder(folder_for_runs());
  static const std::string path = folder.path().string();
  static const bool made = make_start_store(path + "/start").has_value();
  REQUIRE(made);
  return path;
}

void play_seed(const scene& where, const std::function<void(script&)>& write,
               const run_options& options) {
  INFO("seed ", options.seed, "; alone and told: WHORL_SCENARIO_SEED=", options.seed);
  const run_outcome run = run_scene(where, write, options);
  for (const std::string& each : run.unexpected) FAIL_CHECK(each);
  const auto found = first_breach(run);
  CHECK_MESSAGE(!found, "promise ", (found ? found->promise : 0), ": ", (found ? found->what : ""));
}

}  // namespace

run_outcome run_scene(const scene& where, const std::function<void(script&)>& write,
                      run_options options) {
  options.nodes = where.nodes;
  options.act_one_ms_max = where.longest_ms;
  options.booking_deadline_ms = where.booking_deadline_ms;
  options.plan = where.plan;
  options.write = write;
  auto run = run_seed(options, scenes_folder() + "/start", scenes_folder());
  REQUIRE_MESSAGE(run.has_value(), (run ? "" : run.error().message));
  return *std::move(run);
}

void play(const scene& where, const std::function<void(script&)>& write) {
  run_options options;
  if (const char* one = std::getenv("WHORL_SCENARIO_SEED")) {
    options.seed = std::strtoull(one, nullptr, 10);
    options.tell = [](std::int64_t ms, const std::string& what) {
      std::cout << ms << " " << what << std::endl;
    };
    return play_seed(where, write, options);
  }
  const std::uint64_t seeds = long_run() ? 50 : 5;
  for (options.seed = 1; options.seed <= seeds; ++options.seed) play_seed(where, write, options);
}

}  // namespace whorl::test
