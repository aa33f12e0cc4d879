// What is compared once a run has ended, with production's own means: replicas with the exchange's
// partitions, answers with a search of those, and the exchange's projections with what the journal
// makes of them anew.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/cluster/node_process.hpp"
#include "sim/cluster/world_state.hpp"
#include "storage/store.hpp"

namespace whorl::sim {

/// Ends the nodes; names each replica on their disks that is not what the exchange's partition is.
std::vector<std::string> unlike_replicas(const world_state& world,
                                         const std::vector<std::unique_ptr<node_host>>& nodes,
                                         storage::store& original);

/// Compares each candidate of each answer precisely again, by the matcher itself, with its record
/// in the exchange's own partition, and names the first of another score, and of another order. Who
/// is no longer in the gallery is passed over.
std::vector<std::string> unlike_scores(const world_state& world, storage::store& original);

/// Makes every projection of the store in `folder`, which nobody has open, anew from the journal
/// and names the rows that differ (storage/scrub.hpp).
std::vector<std::string> unlike_projections(const std::string& folder, simulated_journal& journal);

}  // namespace whorl::sim
