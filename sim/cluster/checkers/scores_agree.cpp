#include "sim/cluster/checkers.hpp"

namespace whorl::sim {

breach check_scores_are_equal(const run_outcome& run) {
  if (run.unlike_scores.empty()) return {};
  return run.unlike_scores.front();
}

}  // namespace whorl::sim
