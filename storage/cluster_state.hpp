// What outlives the process of a cluster supervisor: the partition map in force, and which nodes
// people have drained. Two small files of the exchange's store, each whole or absent.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "messages/cluster.hpp"
#include "messages/result.hpp"

namespace whorl::storage {

struct cluster_state {
  std::optional<partition_map> map;  ///< none: a new cluster
  std::set<std::string> drained;
};

/// From `folder`, a store's. Errors: io; corrupt names the file, without which the cluster is
/// placed anew, or no node is drained.
result<cluster_state> read_cluster_state(const std::string& folder);
/// Durable when they return.
status keep_partition_map(const std::string& folder, const partition_map& map, bool durable = true);
status keep_drained(const std::string& folder, const std::set<std::string>& nodes,
                    bool durable = true);

}  // namespace whorl::storage
