// CAF's testing scheduler, on which actors run one job at a time and the clock moves when told.
#pragma once

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "actors/protocol.hpp"

namespace whorl::sim {

struct testing_config : caf::actor_system_config {
  testing_config() {
    add_message_type<actors::packet>("whorl::packet");
    set("scheduler.policy", caf::atom("testing"));
    set("logger.verbosity", caf::atom("quiet"));
  }
};

/// Of a system made with testing_config.
inline caf::scheduler::test_coordinator& testing_scheduler(caf::actor_system& system) {
  return dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
}

}  // namespace whorl::sim
