// What the tests of the cluster's cores share: nodes by the number, and what a map does with them.
#pragma once

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "actors/cluster/placement.hpp"
#include "messages/cluster.hpp"

namespace whorl::cluster::test {

/// The two partitions of a cluster that has one a gallery.
inline constexpr partition_id first{gallery_kind::criminal, 0},
    second{gallery_kind::immigration, 0};

/// node-0, node-1, ... of weight 1; `zones` of them in turn, 0: none.
inline std::vector<node_place> some_nodes(std::size_t count, std::size_t zones = 0) {
  std::vector<node_place> nodes;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string zone = zones == 0 ? "" : "zone-" + std::to_string(i % zones);
    nodes.push_back({"node-" + std::to_string(i), zone, 1});
  }
  return nodes;
}

/// Replicas a node holds of one gallery.
inline std::map<std::string, std::size_t> loads(const partition_map& map, gallery_kind gallery) {
  std::map<std::string, std::size_t> held;
  for (const placement& at : map.placements)
    if (at.partition.gallery == gallery)
      for (const std::string& node : at.nodes) ++held[node];
  return held;
}

/// Of both galleries.
inline std::size_t load_of(const partition_map& map, const std::string& node) {
  return loads(map, gallery_kind::criminal)[node] + loads(map, gallery_kind::immigration)[node];
}

}  // namespace whorl::cluster::test
