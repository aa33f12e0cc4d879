// Balance and movement in figures: plain rendezvous hashing, a bounded draw from nothing after each
// change, and replace(). WHORL_LONG=1 prints the table that docs quote.
#include <iomanip>
#include <iostream>

#include "actors/cluster/placement.hpp"
#include "actors/cluster/rendezvous.hpp"
#include "tests/actors/cluster/cluster_support.hpp"
#include "tests/support.hpp"

using namespace whorl;

using namespace whorl::cluster;
using namespace whorl::cluster::test;

namespace {

/// The R strongest claims of each partition, whatever loads become.
partition_map plain(const std::vector<node_place>& nodes, std::uint32_t partitions,
                    std::uint32_t replicas) {
  partition_map map = place({}, partitions, replicas);
  for (placement& at : map.placements) {
    std::vector<std::pair<claim, std::string>> claims;
    for (const node_place& node : nodes)
      claims.push_back({claim_of(hash_of_name(node.name), at.partition, node.weight), node.name});
    std::sort(claims.begin(), claims.end(),
              [](const auto& a, const auto& b) { return stronger(a.first, b.first); });
    for (std::size_t i = 0; i < replicas && i < claims.size(); ++i)
      at.nodes.push_back(claims[i].second);
  }
  return map;
}

/// Load of the fullest node over the mean, of the gallery where it is worse.
double fullest(const partition_map& map, std::size_t nodes) {
  double worst = 0;
  for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
    for (const auto& [node, held] : loads(map, gallery))
      worst = std::max(worst, static_cast<double>(held));
  return worst * static_cast<double>(nodes) / (map.partition_count * map.replicas);
}

/// Replicas that move when a node joins, over the least: what a new node's share is.
double movement(const partition_map& before, const partition_map& after, std::size_t nodes_after) {
  const double least = 2.0 * before.partition_count * before.replicas / double(nodes_after);
  return static_cast<double>(moves(before, after).copied.size()) / least;
}

}  // namespace

TEST_CASE("placement: measured against plain rendezvous hashing and the least movement") {
  if (whorl::test::long_run())
    std::cout << "partitions nodes R | fullest/mean: plain bounded | joins, moved/least: plain "
                 "bounded replace\n"
              << std::fixed << std::setprecision(2);
  for (const std::uint32_t partitions : {8u, 64u, 256u, 1024u}) {
    for (const std::size_t count : {4u, 10u, 40u}) {
      const std::uint32_t replicas = 2;
      const auto before = some_nodes(count), after = some_nodes(count + 1);
      const partition_map map = place(before, partitions, replicas);
      const partition_map grown = replace(map, after);
      const double plain_fullest = fullest(plain(before, partitions, replicas), count);
      const double plain_moved = movement(plain(before, partitions, replicas),
                                          plain(after, partitions, replicas), count + 1);
      const double fresh_moved = movement(map, place(after, partitions, replicas), count + 1);
      const double moved = movement(map, grown, count + 1);
      if (whorl::test::long_run())
        std::cout << std::setw(10) << partitions << std::setw(6) << count << " 2 |" << std::setw(20)
                  << plain_fullest << std::setw(8) << fullest(map, count) << " |" << std::setw(26)
                  << plain_moved << std::setw(8) << fresh_moved << std::setw(8) << moved << "\n";
      const double one = double(count) / (partitions * replicas);  // one replica, of the mean
      CHECK(fullest(map, count) < 1 + one);
      CHECK(fullest(grown, count + 1) < 1 + one * double(count + 1) / double(count));
      CHECK(moved <= 1.0);
    }
  }
}
