#include "sim/cluster/checkers.hpp"
#include "sim/cluster/checkers/facts_of_run.hpp"

namespace whorl::sim {

breach check_scores_are_equal(const run_outcome& run) { return first_of(run.unlike_scores); }

}  // namespace whorl::sim
