// The simulated network between the query actors and the shards: an actor in between that loses,
// delays, repeats or refuses requests and replies, as drawn from the seed.
#pragma once

#include <caf/all.hpp>

#include <memory>

#include "sim/cluster/random.hpp"

namespace whorl::sim {

struct network_faults {
  unsigned lose_percent = 0;    ///< the reply never comes: the asker's timeout notices
  unsigned delay_percent = 0;   ///< by up to delay_ms_max
  unsigned repeat_percent = 0;  ///< the request arrives twice; one reply is passed on
  unsigned refuse_percent = 0;  ///< an error comes back at once
  std::int64_t delay_ms_max = 3000;
};

/// Forwards round1, round2 and progress to `shards` under these faults. `faults` is read at every
/// message, so that a run can heal its network.
caf::actor make_faulty_network(caf::actor_system& system, caf::actor shards,
                               std::shared_ptr<chance> draw,
                               std::shared_ptr<const network_faults> faults);

}  // namespace whorl::sim
