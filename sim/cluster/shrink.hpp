// Makes a run that breaks a promise smaller: fewer kinds of faults, bookings, nodes and seconds,
// as long as the same promise is broken.
#pragma once

#include <functional>
#include <optional>

#include "sim/cluster/checkers.hpp"

namespace whorl::sim {

using judge = std::function<std::optional<found_breach>(const run_options&)>;

struct shrunk_run {
  run_options options;  ///< its plan is given
  found_breach breach;
  std::size_t runs = 0;  ///< tried on the way
};

/// `failing` breaks `broken` with `plan`, what its seed drew. Tries at most `runs_max` runs; each
/// step is kept if the same promise is still broken.
shrunk_run shrink(const run_options& failing, const fault_plan& plan, const found_breach& broken,
                  const judge& run, std::size_t runs_max = 200);

}  // namespace whorl::sim
