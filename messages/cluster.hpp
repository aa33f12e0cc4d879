// The cluster as its parts speak of it: nodes, the replicas they hold, and the partition map that
// says where replicas belong. Sent as Cap'n Proto frames (schema/cluster.capnp).
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messages/ids.hpp"
#include "messages/limits.hpp"

namespace whorl {

/// Where a node stands and what it can carry. Names are unique in a cluster: letters, digits, '-'
/// and '.', 1 to limits::node_name_max bytes.
struct node_place {
  std::string name;
  std::string zone;          ///< what fails together: a rack, a room; as a name, or empty: its own
  std::uint32_t weight = 1;  ///< capacity relative to other nodes; 0: holds nothing
  friend bool operator==(const node_place&, const node_place&) = default;
};

/// Whether `text` can be the name of a node or zone: it goes into files, keys and logs as it is.
inline bool is_node_name(std::string_view text) {
  return !text.empty() && text.size() <= limits::node_name_max &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.';
         });
}

/// The life of one replica on a node.
enum class replica_state : std::uint8_t {
  copying = 1,    ///< the snapshot is on its way
  following = 2,  ///< reads the journal, not yet at the tail it was told of
  ready = 3,      ///< has been at the tail: searched
  failed = 4      ///< stopped; the node says why in its log
};

struct replica_report {
  partition_id partition;
  replica_state state = replica_state::copying;
  std::uint64_t applied_seq = 0;  ///< of its gallery's stream
  std::uint64_t people = 0;
  friend bool operator==(const replica_report&, const replica_report&) = default;
};

/// What a node and its exchange must agree on: their messages, the rows of a copied partition,
/// sketches and scores. A node says the number of its program; the exchange works with nodes from
/// the oldest number to its own, so that it is upgraded first. Raised by whatever one of them could
/// misunderstand: a new optional field is no such thing. 0: programs that said none.
inline constexpr std::uint32_t node_protocol = 1, node_protocol_oldest = 0;

/// What a node says of itself, again and again: its heartbeat.
struct node_report {
  node_place place;
  std::uint64_t incarnation = 0;  ///< drawn at each start: a restart is seen as one
  std::uint32_t map_epoch = 0;    ///< the newest partition map it has taken over
  bool draining = false;          ///< asks to be relieved of its replicas
  std::uint64_t rounds_in_hand = 0;
  std::vector<replica_report> replicas;
  std::uint32_t protocol = 0;  ///< node_protocol of its program
  friend bool operator==(const node_report&, const node_report&) = default;
};

/// Where the replicas of one partition belong: nodes by name, in order of preference. While one
/// moves, both its nodes are named: at most limits::placed_nodes_max in all.
struct placement {
  partition_id partition;
  std::vector<std::string> nodes;
  friend bool operator==(const placement&, const placement&) = default;
};

/// Every partition of both galleries, in order. Changed by whoever holds the lease, each time under
/// the next epoch; who is given one of an older epoch than it has seen refuses it.
struct partition_map {
  std::uint32_t epoch = 0;
  std::uint32_t partition_count = 0;  ///< of each gallery
  std::uint32_t replicas = 0;         ///< wanted of each partition
  std::vector<placement> placements;
  friend bool operator==(const partition_map&, const partition_map&) = default;
};

}  // namespace whorl
