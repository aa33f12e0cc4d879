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
  /// Days simulated so far, over all runs; called from any of the threads.
  std::function<void(std::uint64_t days)> progress;
};
/// In the order of their seeds. Errors: of plan().
result<std::vector<run_output>> replicate(const replication_setup& from);

}  // namespace whorl::rollout
