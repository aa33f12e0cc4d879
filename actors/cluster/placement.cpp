#include "actors/cluster/placement.hpp"

#include <algorithm>
#include <set>

#include "actors/cluster/placement_board.hpp"

namespace whorl::cluster {
namespace {

constexpr gallery_kind galleries[] = {gallery_kind::criminal, gallery_kind::immigration};

/// Every partition in order, on no node.
partition_map bare_map(std::uint32_t partition_count, std::uint32_t replicas) {
  partition_map map{0, partition_count, replicas, {}};
  for (const gallery_kind gallery : galleries)
    for (std::uint32_t p = 0; p < partition_count; ++p)
      map.placements.push_back({{gallery, p}, {}});
  return map;
}

std::set<placed_replica> replicas_of(const partition_map& map) {
  std::set<placed_replica> all;
  for (const placement& at : map.placements)
    for (const std::string& node : at.nodes) all.insert({at.partition, node});
  return all;
}

std::string faulty_nodes(const placement& at) {
  if (at.nodes.size() > limits::placed_nodes_max) return "has too many nodes";
  std::set<std::string_view> seen;
  for (const std::string& node : at.nodes) {
    if (!is_node_name(node)) return "has a node whose name cannot be one";
    if (!seen.insert(node).second) return "has node " + node + " twice";
  }
  return {};
}

}  // namespace

partition_map place(std::span<const node_place> nodes, std::uint32_t partition_count,
                    std::uint32_t replicas) {
  return replace(bare_map(partition_count, replicas), nodes);
}

partition_map replace(const partition_map& current, std::span<const node_place> nodes) {
  INVARIANT(current.partition_count >= 1 && current.partition_count <= limits::partitions_max);
  INVARIANT(current.replicas >= 1 && current.replicas <= limits::replicas_max);
  INVARIANT(nodes.size() <= limits::nodes_max);
  std::vector<node_place> usable;
  for (const node_place& node : nodes)
    if (node.weight > 0) usable.push_back(node);
  std::sort(usable.begin(), usable.end(),
            [](const node_place& a, const node_place& b) { return a.name < b.name; });

  partition_map map = bare_map(current.partition_count, current.replicas);
  map.epoch = current.epoch;
  if (usable.empty()) return map;
  auto next = map.placements.begin();
  for (const gallery_kind gallery : galleries) {
    placement_board board(usable, gallery, map.partition_count, map.replicas);
    for (const placement& at : current.placements) {
      if (at.partition.gallery == gallery && at.partition.index < map.partition_count)
        board.keep(at.partition.index, at.nodes);
    }
    board.settle();
    for (std::uint32_t p = 0; p < map.partition_count; ++p, ++next) next->nodes = board.nodes_of(p);
  }
  return map;
}

std::vector<partition_id> short_partitions(const partition_map& map) {
  std::vector<partition_id> found;
  for (const placement& at : map.placements)
    if (at.nodes.size() < map.replicas) found.push_back(at.partition);
  return found;
}

map_moves moves(const partition_map& before, const partition_map& after) {
  const std::set<placed_replica> old_places = replicas_of(before), new_places = replicas_of(after);
  map_moves found;
  std::set_difference(new_places.begin(), new_places.end(), old_places.begin(), old_places.end(),
                      std::back_inserter(found.copied));
  std::set_difference(old_places.begin(), old_places.end(), new_places.begin(), new_places.end(),
                      std::back_inserter(found.dropped));
  return found;
}

status check_map(const partition_map& map) {
  const auto fault = [](const std::string& what) {
    return make_error(errc::invalid_input, "partition map: " + what);
  };
  if (map.partition_count < 1 || map.partition_count > limits::partitions_max)
    return fault(std::to_string(map.partition_count) + " partitions, 1 to " +
                 std::to_string(limits::partitions_max) + " are possible");
  if (map.replicas < 1 || map.replicas > limits::replicas_max)
    return fault(std::to_string(map.replicas) + " replicas, 1 to " +
                 std::to_string(limits::replicas_max) + " are possible");
  const std::size_t whole = 2 * std::size_t{map.partition_count};
  if (map.placements.size() != whole)
    return fault(std::to_string(map.placements.size()) + " placements instead of " +
                 std::to_string(whole));
  for (std::size_t i = 0; i < whole; ++i) {
    const placement& at = map.placements[i];
    const partition_id expected{galleries[i / map.partition_count],
                                static_cast<std::uint32_t>(i % map.partition_count)};
    if (at.partition != expected)
      return fault(to_string(at.partition) + " where " + to_string(expected) + " belongs");
    const std::string why = faulty_nodes(at);
    if (!why.empty()) return fault(to_string(at.partition) + " " + why);
  }
  return {};
}

const placement* find_placement(const partition_map& map, partition_id partition) {
  const auto found = std::lower_bound(
      map.placements.begin(), map.placements.end(), partition,
      [](const placement& at, partition_id wanted) { return at.partition < wanted; });
  if (found == map.placements.end() || found->partition != partition) return nullptr;
  return &*found;
}

}  // namespace whorl::cluster
