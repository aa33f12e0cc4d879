#include "sim/cluster/checkers.hpp"
#include "sim/cluster/checkers/facts_of_run.hpp"

namespace whorl::sim {

breach check_projections_follow_the_journal(const run_outcome& run) {
  return first_of(run.unlike_projections);
}

}  // namespace whorl::sim
