// The numbers of a cluster for monitors: what a node says of itself, and what its exchange adds to
// its own (docs/CLUSTER.md lists them). Pure: snapshots in, text out.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "actors/cluster/exchange.hpp"
#include "actors/cluster/node_counts.hpp"
#include "apps/http/message.hpp"
#include "messages/result.hpp"

namespace whorl::apps {

/// Prometheus text.
std::string node_metrics(const actors::node_counts& now);
std::string cluster_metrics(const actors::cluster_status& now);

/// How far a store's parts are behind its journal.
struct journal_lag {
  std::vector<std::pair<std::string, std::uint64_t>> projections;  ///< name, facts behind
  /// Of a journal on JetStream: facts of the outbox that are not known to be with the servers.
  std::optional<std::uint64_t> outbox_open;
};
std::string journal_metrics(const journal_lag& now);

/// What a node answers a monitor: /metrics, /healthz, /readyz. `ask` gives an error where the node
/// does not answer in time; whether the process lives is not asked of it.
http::response answer_monitor(const std::string& target,
                              const std::function<result<actors::node_counts>()>& ask);

}  // namespace whorl::apps
