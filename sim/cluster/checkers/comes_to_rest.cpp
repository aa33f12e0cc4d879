#include "sim/cluster/checkers.hpp"

namespace whorl::sim {

breach check_comes_to_rest(const run_outcome& run) {
  const std::string after =
      " after " + std::to_string(run.virtual_ms - run.healed_ms) + " ms without faults";
  if (!run.at_rest) return "something is still left to do" + after;
  if (run.not_converged) return *run.not_converged + after;
  return {};
}

}  // namespace whorl::sim
