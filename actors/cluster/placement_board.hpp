// The replicas of one gallery on the nodes that can hold some: filled, moved and levelled until
// every node's load is fair (placement_shares.hpp), with as few moves as it takes.
// Owner: placement.cpp for one call. Limits: limits::partitions_max partitions, limits::nodes_max
// nodes. Work grows with partitions * replicas for each move, and with partitions * nodes in all.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "actors/cluster/placement_shares.hpp"
#include "actors/cluster/rendezvous.hpp"
#include "messages/cluster.hpp"

namespace whorl::cluster {

class placement_board {
 public:
  /// `nodes`: by name, each once, of weight above 0.
  placement_board(std::span<const node_place> nodes, gallery_kind gallery,
                  std::uint32_t partition_count, std::uint32_t replicas);

  /// Takes over where the replicas of a partition are; nodes that are not on the board are left
  /// out.
  void keep(std::uint32_t partition, std::span<const std::string> nodes);
  /// Brings the board from what it has kept to what is fair.
  void settle();
  /// Names of the nodes of a partition, the best claim first.
  std::vector<std::string> nodes_of(std::uint32_t partition) const;

 private:
  using node_index = std::uint32_t;
  using node_test = std::function<bool(node_index)>;
  struct step {
    std::uint32_t partition = 0;
    node_index from = 0, to = 0;
  };

  void trim(std::uint32_t partition);
  void spread(std::uint32_t partition);
  void fill(std::uint32_t partition);
  void level();
  bool relieve(node_index node, bool fresh_only);
  bool feed(node_index node, bool fresh_only);
  bool chain(const node_test& gives, const node_test& takes, bool fresh_only);
  bool fresh(std::uint32_t partition, node_index node) const;

  claim claim_on(std::uint32_t partition, node_index node) const;
  bool better(std::uint32_t partition, node_index a, node_index b) const;
  bool holds(std::uint32_t partition, node_index node) const;
  std::size_t in_zone(std::uint32_t partition, std::uint32_t zone) const;
  std::size_t zones_of(std::uint32_t partition) const;
  bool may_move(const step& s) const;
  void move(const step& s);
  void take_off(std::uint32_t partition, node_index node);
  void put_on(std::uint32_t partition, node_index node);
  bool below(node_index node) const { return load_[node] < shares_[node].least; }
  bool has_room(node_index node) const { return load_[node] < shares_[node].most; }
  bool spares(node_index node) const { return load_[node] > shares_[node].least; }
  bool over(node_index node) const { return load_[node] > shares_[node].most; }

  std::span<const node_place> nodes_;
  gallery_kind gallery_;
  std::uint32_t wanted_;  ///< of each partition: replicas, or all nodes when there are fewer
  std::uint32_t zones_ = 0;
  std::vector<weighed_node> weighed_;
  std::vector<fair_share> shares_;
  std::vector<std::uint32_t> load_;
  std::vector<std::uint32_t> costs_;  ///< of claims less 1, partition by partition
  std::vector<std::vector<node_index>> holders_, kept_;
  std::map<std::string, node_index, std::less<>> index_;
};

}  // namespace whorl::cluster
