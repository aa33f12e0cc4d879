#include "sim/cluster/checkers.hpp"
#include "sim/cluster/checkers/facts_of_run.hpp"

namespace whorl::sim {

breach check_nothing_passes_its_limit(const run_outcome& run) {
  return first_of(run.beyond_limits);
}

}  // namespace whorl::sim
