#include "actors/cluster/placement.hpp"

#include <iostream>

#include "tests/actors/cluster/cluster_support.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::cluster;
using namespace whorl::cluster::test;

namespace {

constexpr gallery_kind both[] = {gallery_kind::criminal, gallery_kind::immigration};

std::set<std::string> zones_of(const placement& at, const std::vector<node_place>& nodes) {
  std::set<std::string> zones;
  for (const node_place& node : nodes)
    if (std::count(at.nodes.begin(), at.nodes.end(), node.name) != 0) zones.insert(node.zone);
  return zones;
}

std::size_t zone_count(const std::vector<node_place>& nodes) {
  std::set<std::string> zones;
  for (const node_place& node : nodes)
    if (node.weight > 0) zones.insert(node.zone);
  return zones.size();
}

/// Any cluster: up to 24 nodes in up to 6 zones, some heavier, some of weight 0.
std::vector<node_place> any_nodes() {
  auto nodes =
      some_nodes(*rc::gen::inRange<std::size_t>(0, 24), *rc::gen::inRange<std::size_t>(1, 7));
  for (node_place& node : nodes) node.weight = *rc::gen::inRange<std::uint32_t>(0, 5);
  return nodes;
}

void check_rules(const partition_map& map, const std::vector<node_place>& nodes) {
  RC_ASSERT(check_map(map).has_value());
  std::set<std::string> usable;
  for (const node_place& node : nodes)
    if (node.weight > 0) usable.insert(node.name);
  const auto wanted = std::min<std::size_t>(map.replicas, usable.size());
  for (const placement& at : map.placements) {
    RC_ASSERT(at.nodes.size() == wanted);  // and distinct: check_map
    for (const std::string& node : at.nodes) RC_ASSERT(usable.contains(node));
    RC_ASSERT(zones_of(at, nodes).size() == std::min(wanted, zone_count(nodes)));
  }
  RC_ASSERT(short_partitions(map).size() == (wanted < map.replicas ? map.placements.size() : 0));
}

std::vector<node_place> without(std::vector<node_place> nodes, const std::string& name) {
  std::erase_if(nodes, [&](const node_place& node) { return node.name == name; });
  return nodes;
}

}  // namespace

TEST_CASE("place: distinct nodes and as many zones as can be, on usable nodes only (any cluster)") {
  CHECK(rc::check([] {
    const auto nodes = any_nodes();
    check_rules(place(nodes, *rc::gen::inRange<std::uint32_t>(1, 40),
                      *rc::gen::inRange<std::uint32_t>(1, 6)),
                nodes);
  }));
}

TEST_CASE("place: the order of the nodes does not matter") {
  CHECK(rc::check([] {
    auto nodes = any_nodes();
    const partition_map map = place(nodes, 16, 2);
    for (std::size_t i = nodes.size(); i > 1; --i)
      std::swap(nodes[i - 1], nodes[*rc::gen::inRange<std::size_t>(0, i)]);
    RC_ASSERT(place(nodes, 16, 2) == map);
  }));
}

TEST_CASE("place: every node within one of its share (equal nodes, 8 to 1,024 partitions)") {
  for (const std::uint32_t partitions : {8u, 64u, 256u, 1024u}) {
    for (const std::size_t count : {3u, 4u, 7u, 10u, 31u}) {
      for (const std::uint32_t replicas : {1u, 2u, 3u}) {
        CAPTURE(partitions);
        CAPTURE(count);
        CAPTURE(replicas);
        const partition_map map = place(some_nodes(count), partitions, replicas);
        const std::size_t all = std::size_t{partitions} * replicas;
        for (const gallery_kind gallery : both) {
          auto held = loads(map, gallery);
          for (const node_place& node : some_nodes(count)) {
            CHECK(held[node.name] >= all / count);
            CHECK(held[node.name] <= (all + count - 1) / count);
          }
        }
      }
    }
  }
}

TEST_CASE("place: weights are honoured (shares rounded to whole replicas)") {
  auto nodes = some_nodes(6);
  const std::uint32_t weights[] = {1, 1, 2, 3, 4, 5};
  for (std::size_t i = 0; i < 6; ++i) nodes[i].weight = weights[i];
  const partition_map map = place(nodes, 64, 2);
  for (const gallery_kind gallery : both) {
    auto held = loads(map, gallery);
    for (const node_place& node : nodes)
      CHECK(held[node.name] * 16 / node.weight == doctest::Approx(128).epsilon(0.001));
  }
}

TEST_CASE("place: a node too heavy for its share holds each partition once, the others the rest") {
  auto nodes = some_nodes(4);
  nodes[2].weight = 50;
  const partition_map map = place(nodes, 30, 2);
  auto held = loads(map, gallery_kind::criminal);
  CHECK(held["node-2"] == 30);
  CHECK(held["node-0"] == 10);
}

TEST_CASE(
    "place: a node of weight 0 gets nothing, and no node at all leaves every partition short") {
  auto nodes = some_nodes(3);
  nodes[1].weight = 0;
  CHECK(load_of(place(nodes, 8, 2), "node-1") == 0);
  const partition_map none = place({}, 4, 2);
  CHECK(check_map(none).has_value());
  CHECK(short_partitions(none).size() == 8);
  const partition_map few = place(some_nodes(2), 4, 3);
  CHECK(short_partitions(few).size() == 8);
  CHECK(few.placements[0].nodes.size() == 2);
}

TEST_CASE("place: the same map on every machine (golden)") {
  auto nodes = some_nodes(5, 3);
  nodes[4].weight = 2;
  std::string text;
  for (const placement& at : place(nodes, 4, 2).placements) {
    text += to_string(at.partition) + ":";
    for (const std::string& node : at.nodes) text += " " + node.substr(5);
    text += "\n";
  }
  CHECK(text ==
        "criminal/0: 0 4\ncriminal/1: 4 2\ncriminal/2: 1 3\ncriminal/3: 3 4\n"
        "immigration/0: 1 0\nimmigration/1: 4 3\nimmigration/2: 2 4\nimmigration/3: 0 1\n");
  std::uint64_t digest = 0xcbf29ce484222325ull;  // FNV-1a over a large one
  auto many = some_nodes(97, 9);
  for (std::size_t i = 0; i < many.size(); ++i)
    many[i].weight = static_cast<std::uint32_t>(1 + i % 4);
  for (const placement& at : place(many, 1024, 3).placements)
    for (const std::string& node : at.nodes)
      for (const char c : node + "\n")
        digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  CHECK(digest == 11107051890624836133ull);
}

TEST_CASE("replace: the same nodes move nothing") {
  CHECK(rc::check([] {
    const auto nodes = any_nodes();
    const partition_map map = place(nodes, 24, *rc::gen::inRange<std::uint32_t>(1, 4));
    RC_ASSERT(replace(map, nodes) == map);
  }));
}

TEST_CASE("replace: rules hold after any change, and loads are as fair as from nothing") {
  CHECK(rc::check([] {
    const auto before = any_nodes();
    auto after = any_nodes();
    const partition_map map = replace(place(before, 24, 2), after);
    check_rules(map, after);
    const partition_map fresh = place(after, 24, 2);
    for (const gallery_kind gallery : both) {
      auto changed = loads(map, gallery), anew = loads(fresh, gallery);
      for (const node_place& node : after) {
        const auto difference = static_cast<long>(changed[node.name]) - long(anew[node.name]);
        RC_ASSERT(std::abs(difference) <= 1);
      }
    }
  }));
}

TEST_CASE("replace: a node that joins is given its share, and nothing else moves") {
  CHECK(rc::check([] {
    const auto count = *rc::gen::inRange<std::size_t>(2, 20);
    const auto partitions = *rc::gen::inRange<std::uint32_t>(8, 65);
    const auto replicas = *rc::gen::inRange<std::uint32_t>(1, 3);
    const auto more = some_nodes(count + 1);
    const partition_map before = place(some_nodes(count), partitions, replicas);
    const map_moves moved = moves(before, replace(before, more));
    const std::size_t all = std::size_t{partitions} * replicas;
    // The least there is: its share rounded down, in each gallery.
    RC_ASSERT(moved.copied.size() == 2 * (all / (count + 1)));
    RC_ASSERT(moved.dropped.size() == moved.copied.size());
    for (const placed_replica& copy : moved.copied) RC_ASSERT(copy.node == more.back().name);
  }));
}

TEST_CASE("replace: a node that goes moves what it held, and hardly anything else") {
  CHECK(rc::check([] {
    const auto nodes = some_nodes(*rc::gen::inRange<std::size_t>(4, 20));
    const auto partitions = *rc::gen::inRange<std::uint32_t>(8, 65);
    const auto replicas = *rc::gen::inRange<std::uint32_t>(1, 4);
    const partition_map before = place(nodes, partitions, replicas);
    const std::string gone = nodes[*rc::gen::inRange<std::size_t>(0, nodes.size())].name;
    const map_moves moved = moves(before, replace(before, without(nodes, gone)));
    RC_ASSERT(moved.copied.size() == moved.dropped.size());
    // A gap may be left that the only node with room cannot fill, as it has that partition.
    std::size_t others = 0;
    for (const placed_replica& drop : moved.dropped) others += drop.node == gone ? 0 : 1;
    RC_ASSERT(moved.dropped.size() - others == load_of(before, gone));
    RC_ASSERT(others <= 2u);
  }));
}

TEST_CASE("replace: what a lost node held is spread over all the others") {
  const auto nodes = some_nodes(10);
  const partition_map before = place(nodes, 128, 2);
  std::map<std::string, int> taken;
  for (const placed_replica& copy : moves(before, replace(before, without(nodes, "node-3"))).copied)
    ++taken[copy.node];
  CHECK(taken.size() == 9);
}

TEST_CASE("replace: a partition on both its nodes of a move stays where there is room") {
  auto nodes = some_nodes(4);
  partition_map map = place(nodes, 16, 2);
  const partition_map settled = map;
  // node-0 also gets a copy of everything it lacks: all of it is surplus.
  for (placement& at : map.placements)
    if (std::count(at.nodes.begin(), at.nodes.end(), "node-0") == 0) at.nodes.push_back("node-0");
  CHECK(replace(map, nodes) == settled);
}

TEST_CASE("replace: nodes that turn out to share a zone are parted") {
  const partition_map before = place(some_nodes(4), 16, 2);
  const auto zoned = some_nodes(4, 2);
  const partition_map after = replace(before, zoned);
  for (const placement& at : after.placements) CHECK(zones_of(at, zoned).size() == 2);
}

TEST_CASE("moves: what is in one map alone, in order") {
  partition_map before = place(some_nodes(2), 1, 1), after = before;
  before.placements[0].nodes = {"node-0", "node-1"};
  after.placements[0].nodes = {"node-1", "node-2"};
  const map_moves moved = moves(before, after);
  CHECK(moved.copied == std::vector<placed_replica>{{before.placements[0].partition, "node-2"}});
  CHECK(moved.dropped == std::vector<placed_replica>{{before.placements[0].partition, "node-0"}});
}

TEST_CASE("check_map: names the first fault of a map from outside") {
  const partition_map good = place(some_nodes(3), 4, 2);
  CHECK(check_map(good).has_value());
  const auto fault = [&](auto spoil) {
    partition_map bad = good;
    spoil(bad);
    const status outcome = check_map(bad);
    return outcome ? std::string("none") : outcome.error().message;
  };
  const auto says = [](const std::string& text, const char* words) {
    return text.find(words) != std::string::npos;
  };
  CHECK(says(fault([](auto& m) { m.partition_count = 0; }), "0 partitions, 1 to 1024"));
  CHECK(says(fault([](auto& m) { m.replicas = 9; }), "9 replicas, 1 to 8"));
  CHECK(says(fault([](auto& m) { m.placements.pop_back(); }), "7 placements instead of 8"));
  CHECK(says(fault([](auto& m) { std::swap(m.placements[2], m.placements[3]); }),
             "criminal/3 where criminal/2 belongs"));
  CHECK(says(fault([](auto& m) {
               m.placements[5].nodes = {"a", "b", "a"};
             }),
             "immigration/1 has node a twice"));
  CHECK(
      says(fault([](auto& m) { m.placements[0].nodes = {"a b"}; }), "criminal/0 has a node whose"));
  CHECK(says(fault([](auto& m) { m.placements[0].nodes.assign(17, "a"); }), "too many"));
}

TEST_CASE("find_placement: by partition, and nothing for one that is not there") {
  const partition_map map = place(some_nodes(3), 4, 2);
  for (const placement& at : map.placements) CHECK(find_placement(map, at.partition) == &at);
  CHECK(find_placement(map, {gallery_kind::criminal, 4}) == nullptr);
  CHECK(find_placement(map, {gallery_kind::immigration, 4}) == nullptr);
}
