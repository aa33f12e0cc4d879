#include "actors/cluster/map_steps.hpp"

#include "tests/actors/cluster/cluster_support.hpp"

using namespace whorl;
using namespace whorl::cluster;
using namespace whorl::cluster::test;

namespace {

using names = std::vector<std::string>;

partition_map map_of(names of_first, names of_second, std::uint32_t replicas = 2) {
  return {5, 1, replicas, {{first, std::move(of_first)}, {second, std::move(of_second)}}};
}

/// Nodes that have all taken map 5 over, and what they say of their replicas at moment 0.
struct stage {
  node_views views;
  copy_sources sources;
  std::uint32_t copies_at_once = 2;

  void says(const std::string& node, std::vector<std::pair<partition_id, replica_state>> what,
            std::uint32_t epoch = 5) {
    node_report report{{node, "", 1}, 9, epoch, false, 0, {}};
    for (const auto& [partition, state] : what) report.replicas.push_back({partition, state, 1, 1});
    note_report(views, report, {0});
  }
  void ready(const std::string& node) {
    says(node, {{first, replica_state::ready}, {second, replica_state::ready}});
  }
  map_step step(const partition_map& in_force, const partition_map& goal, std::int64_t now = 0) {
    return next_step(in_force, goal, {views, {now}, {}, copies_at_once, sources});
  }
};

const names& nodes_of(const map_step& step, partition_id partition) {
  return find_placement(step.map, partition)->nodes;
}

}  // namespace

TEST_CASE("map step: a partition that is nowhere is placed at once, with nobody to copy from") {
  stage s;
  s.says("a", {});
  s.copies_at_once = 1;
  const map_step step = s.step(map_of({}, {}), map_of({"a", "b"}, {"a", "b"}));
  CHECK(step.map == map_of({"a", "b"}, {"a", "b"}));
  REQUIRE(step.copies.size() == 4);
  for (const copy_order& copy : step.copies) CHECK(copy.from.empty());
}

TEST_CASE("map step: a replica is added before the one it replaces is taken away") {
  stage s;
  s.ready("a");
  s.ready("b");
  s.says("c", {});
  const partition_map goal = map_of({"b", "c"}, {"a", "b"});
  const map_step added = s.step(map_of({"a", "b"}, {"a", "b"}), goal);
  CHECK(nodes_of(added, first) == names{"b", "c", "a"});  // who is to leave comes last
  CHECK(nodes_of(added, second) == names{"a", "b"});
  REQUIRE(added.copies.size() == 1);
  CHECK(added.copies[0].to == placed_replica{first, "c"});
  for (const auto state :
       {replica_state::copying, replica_state::following, replica_state::failed}) {
    s.says("c", {{first, state}});
    CHECK(nodes_of(s.step(added.map, goal), first) == names{"b", "c", "a"});
  }
  s.says("c", {{first, replica_state::ready}});
  CHECK(s.step(added.map, goal).map == goal);
}

TEST_CASE("map step: readiness under an older map does not count (the replica may be dropped)") {
  stage s;
  s.ready("a");
  s.ready("b");
  s.says("c", {{first, replica_state::ready}}, 4);
  const partition_map goal = map_of({"b", "c"}, {"a", "b"});
  CHECK(nodes_of(s.step(map_of({"b", "c", "a"}, {"a", "b"}), goal), first) == names{"b", "c", "a"});
}

TEST_CASE("map step: nothing is taken away while another of the goal is suspect or not ready") {
  stage s;
  for (const char* node : {"a", "b", "c"}) s.ready(node);
  const partition_map goal = map_of({"b", "c"}, {"a", "b"});
  const partition_map both = map_of({"b", "c", "a"}, {"a", "b"});
  s.views.at("b").connected = false;
  CHECK(nodes_of(s.step(both, goal), first).size() == 3);
  s.ready("b");
  CHECK(nodes_of(s.step(both, goal), first).size() == 2);
}

TEST_CASE("map step: a node that nobody can replace is not relieved") {
  stage s;
  s.ready("a");
  s.ready("b");
  const partition_map both = map_of({"a", "b"}, {"a", "b"});
  CHECK(s.step(both, map_of({"b"}, {"b"})).map.placements ==
        map_of({"b", "a"}, {"b", "a"}).placements);
  CHECK(nodes_of(s.step(both, map_of({}, {})), first).size() == 2);
}

TEST_CASE("map step: a dead node goes once another is ready in its place, the last one never") {
  stage s;
  for (const char* node : {"a", "b", "c"}) s.ready(node);
  s.views.at("a").heard_at = {-40'000};
  const partition_map goal = map_of({"b", "c"}, {"b", "c"});
  CHECK(s.step(map_of({"a", "b", "c"}, {"a", "b", "c"}), goal).map == goal);
  s.says("c", {{first, replica_state::copying}, {second, replica_state::ready}});
  CHECK(nodes_of(s.step(map_of({"a", "b", "c"}, {"b", "c"}), goal), first) == names{"b", "c", "a"});
  s.views.at("b").heard_at = {-40'000};
  const partition_map lost = map_of({"a", "b"}, {"b", "c"});
  CHECK(nodes_of(s.step(lost, map_of({"c"}, {"c"})), first) == names{"a", "b"});
  CHECK(s.step(lost, map_of({"c"}, {"c"})).copies.empty());  // an empty one would say "no hit"
  CHECK(lost_partitions(lost, s.views, {0}, {}) == std::vector<partition_id>{first});
}

TEST_CASE("map step: a node that will not come back leaves the map at once") {
  stage s;
  s.ready("b");
  s.says("c", {});
  const map_step step = s.step(map_of({"a", "b"}, {"a"}), map_of({"b", "c"}, {"b", "c"}));
  CHECK(nodes_of(step, first) == names{"b", "c"});
  CHECK(nodes_of(step, second) == names{"b", "c"});
  CHECK(step.copies ==
        std::vector<copy_order>{{{first, "c"}, "b"}, {{second, "b"}, ""}, {{second, "c"}, ""}});
}

TEST_CASE("map step: one copy at a time, received and sent") {
  stage s;
  s.copies_at_once = 1;
  s.ready("a");
  s.ready("b");
  s.says("c", {});
  s.says("d", {});
  const partition_map goal = map_of({"a", "c"}, {"a", "c"});
  const map_step received = s.step(map_of({"a", "b"}, {"a", "b"}), goal);
  REQUIRE(received.copies.size() == 1);
  CHECK(received.copies[0].to == placed_replica{first, "c"});
  const map_step from_two = s.step(map_of({"a"}, {"b"}), map_of({"a", "c"}, {"b", "c"}));
  CHECK(from_two.copies == std::vector<copy_order>{{{first, "c"}, "a"}});
  const map_step sent = s.step(map_of({"a"}, {"a"}), map_of({"a", "c"}, {"a", "d"}));
  REQUIRE(sent.copies.size() == 1);
  CHECK(sent.copies[0] == copy_order{{first, "c"}, "a"});
  const map_step left = s.step(map_of({"a", "b"}, {"a", "b"}), map_of({"c", "b"}, {"d", "b"}));
  CHECK(left.copies.size() == 1);  // a is relieved of one after the other
}

TEST_CASE("map step: a copy whose sender is lost is sent by another, others are left alone") {
  stage s;
  for (const char* node : {"a", "b"}) s.ready(node);
  s.says("c", {{first, replica_state::copying}});
  const partition_map map = map_of({"a", "b", "c"}, {"a", "b"}, 3);
  s.sources[{first, "c"}] = "a";
  CHECK(s.step(map, map).copies.empty());
  s.views.at("a").connected = false;  // for a moment: it goes on sending
  CHECK(s.step(map, map).copies.empty());
  s.views.at("a").heard_at = {-40'000};
  CHECK(s.step(map, map).copies == std::vector<copy_order>{{{first, "c"}, "b"}});
  s.sources.clear();  // after a change of holder nobody remembers
  CHECK(s.step(map, map).copies == std::vector<copy_order>{{{first, "c"}, "b"}});
  s.sources[{first, "c"}] = "";  // it began empty, with the partition
  CHECK(s.step(map, map).copies.empty());
  s.sources.clear();
  s.says("c", {{first, replica_state::following}});
  CHECK(s.step(map, map).copies.empty());
}
