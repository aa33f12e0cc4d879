#include "sim/cluster/checkers.hpp"

namespace whorl::sim {

breach check_nothing_passes_its_limit(const run_outcome& run) {
  if (run.beyond_limits.empty()) return {};
  return run.beyond_limits.front();
}

}  // namespace whorl::sim
