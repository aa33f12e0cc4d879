#include "sim/cluster/checkers.hpp"

namespace whorl::sim {

breach check_replicas_agree(const run_outcome& run) {
  if (run.unlike_replicas.empty()) return {};
  return run.unlike_replicas.front();
}

}  // namespace whorl::sim
