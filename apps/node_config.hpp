// The configuration of a node of a cluster, a TOML file of its own: who it is, where its exchange
// is, and where its replicas stand. Every error names file, line, key and what is allowed there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "actors/cluster/exchange.hpp"
#include "messages/cluster.hpp"
#include "messages/result.hpp"

namespace whorl::apps {

struct node_config {
  node_place place;
  std::string folder;  ///< of the replicas
  std::vector<actors::exchange_address> exchanges;  ///< that can be its exchange
  std::size_t threads = 0;  ///< workers of searches; 0: one a core
  bool use_index = true;
  actors::transport_settings transport;
  /// Where monitors ask, over plain HTTP; no address: nowhere.
  std::string metrics_address;
  std::uint16_t metrics_port = 0;
};

/// Files that it names are found from its own folder. Errors: not_found, io, those of
/// parse_node_config.
result<node_config> read_node_config(const std::string& file);
/// Errors: invalid_input, limit_exceeded.
result<node_config> parse_node_config(std::string_view text, const std::string& file);
/// With comments.
std::string example_node_config();

}  // namespace whorl::apps
