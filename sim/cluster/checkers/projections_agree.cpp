#include "sim/cluster/checkers.hpp"

namespace whorl::sim {

breach check_projections_follow_the_journal(const run_outcome& run) {
  if (run.unlike_projections.empty()) return {};
  return run.unlike_projections.front();
}

}  // namespace whorl::sim
