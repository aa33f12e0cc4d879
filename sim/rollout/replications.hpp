// Several runs of one scenario with seeds that follow one another, on as many threads as wanted.
// What comes out depends on the seeds alone, never on the threads.
#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "sim/rollout/simulation.hpp"

namespace whorl::rollout {

struct replication_setup {
  const scenario* what = nullptr;
  const casework::case_settings* rules = nullptr;
  std::string strategy_text;  ///< content of scenario::strategy_file
  std::uint64_t seed = 1;
  std::size_t count = 1;
  std::size_t threads = 1;
  std::size_t traces = 0;
  /// Work done so far, over all runs, in the unit of expected_work: never less than before;
  /// called from any of the threads, of one at a time.
  std::function<void(std::uint64_t work)> progress;
};
/// What each day of a run costs, about, in bookings: days with few activated counties are soon
/// over. Counties that a gate lets in while it runs are taken to come when they did in history.
std::vector<std::uint64_t> day_costs(const scenario& s, const activation_plan& days);
/// Of all the runs.
result<std::uint64_t> expected_work(const replication_setup& from);

/// In the order of their seeds. Errors: of plan().
result<std::vector<run_output>> replicate(const replication_setup& from);

}  // namespace whorl::rollout
