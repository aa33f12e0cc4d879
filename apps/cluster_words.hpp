// The cluster's state and orders as documents: for the HTTP interface and `whorl cluster`.
#pragma once

#include <string>

#include "actors/cluster/exchange.hpp"
#include "apps/cli.hpp"
#include "messages/bytes.hpp"

namespace whorl::apps {

/// Map, nodes with their replicas, and how many nodes can be asked for each partition.
json cluster_document(const actors::cluster_status& now);

/// The document as text for people: nodes, and a picture of partitions and replicas.
void print_cluster(const json& document);

/// {"order": "drain" | "undrain" | "move" | "forget" | "rebalance", "node": ..., "partition":
/// "criminal/3", "from": ..., "to": ...}. invalid_input names the member and what is expected.
result<cluster::cluster_order> parse_cluster_order(byte_view text);
json order_document(const cluster::cluster_order& order);
/// For the audit: "drain node-a".
std::string words_of(const cluster::cluster_order& order);

}  // namespace whorl::apps
