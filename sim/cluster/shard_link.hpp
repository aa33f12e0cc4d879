// What stands between the query actors of the exchange and whoever answers searches: an actor that
// loses, delays, repeats or refuses requests and replies, as drawn from the seed. Of what passes
// between processes see network.hpp.
#pragma once

#include <caf/all.hpp>

#include <memory>

#include "sim/cluster/random.hpp"

namespace whorl::sim {

struct link_faults {
  unsigned lose_percent = 0;    ///< the reply never comes: the asker's timeout notices
  unsigned delay_percent = 0;   ///< by up to delay_ms_max
  unsigned repeat_percent = 0;  ///< the request arrives twice; one reply is passed on
  unsigned refuse_percent = 0;  ///< an error comes back at once
  std::int64_t delay_ms_max = 3000;
};

/// Forwards round1, round2 and progress to `shards` under these faults. `faults` is read at every
/// message, so that a run can heal it.
caf::actor make_faulty_link(caf::actor_system& system, caf::actor shards,
                            std::shared_ptr<chance> draw,
                            std::shared_ptr<const link_faults> faults);

}  // namespace whorl::sim
