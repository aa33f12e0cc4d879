#include "sim/cluster/checkers.hpp"
#include "sim/cluster/checkers/facts_of_run.hpp"

namespace whorl::sim {

breach check_replicas_agree(const run_outcome& run) { return first_of(run.unlike_replicas); }

}  // namespace whorl::sim
