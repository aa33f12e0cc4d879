#include "actors/cluster/membership_core.hpp"

#include "tests/actors/cluster/cluster_driver.hpp"

using namespace whorl;
using namespace whorl::cluster;
using namespace whorl::cluster::test;

namespace {

membership_settings settings_of(std::uint32_t partitions, std::uint32_t replicas,
                                std::uint32_t first_nodes = 1) {
  membership_settings settings;
  settings.partition_count = partitions;
  settings.replicas = replicas;
  settings.first_nodes = first_nodes;
  return settings;
}

/// `count` nodes, all replicas ready.
cluster_driver at_rest(std::size_t count, std::uint32_t partitions = 8,
                       std::uint32_t replicas = 2) {
  cluster_driver c(settings_of(partitions, replicas, static_cast<std::uint32_t>(count)));
  for (const node_place& place : some_nodes(count)) c.join(place);
  c.run(10);
  REQUIRE(c.core().map() == c.core().goal());
  REQUIRE(c.least_ready() == replicas);
  return c;
}

std::string error_of(cluster_driver& c, const cluster_order& order) {
  const auto outcome = c.core().on_order(order, c.now());
  return outcome ? "" : std::string(to_string(outcome.error().code));
}

std::size_t held(cluster_driver& c, const std::string& node) {
  return load_of(c.core().map(), node);
}

}  // namespace

TEST_CASE("membership: the first map waits for as many nodes as it is told, and is the goal") {
  cluster_driver c(settings_of(8, 2, 3));
  const auto nodes = some_nodes(3);
  c.join(nodes[0]);
  c.join(nodes[1]);
  c.run(5);
  CHECK(c.published() == 0);
  c.join(nodes[2]);
  c.run(1);
  CHECK(c.published() == 1);
  CHECK(c.core().map().epoch == 1);
  CHECK(c.core().map().placements == place(nodes, 8, 2).placements);
}

TEST_CASE("membership: nothing is published as long as nothing changes") {
  cluster_driver c = at_rest(4);
  const int before = c.published();
  c.run(100);
  CHECK(c.published() == before);
}

TEST_CASE("membership: a node that is silent for a while is suspect and keeps its replicas") {
  cluster_driver c = at_rest(4);
  const partition_map before = c.core().map();
  c.at("node-1").running = false;
  c.run(4);
  CHECK(c.core().state_of("node-1", c.now()) == liveness::alive);
  c.run(2);
  CHECK(c.core().state_of("node-1", c.now()) == liveness::suspect);
  c.run(100);
  c.at("node-1").running = true;
  c.run(3);
  CHECK(c.core().state_of("node-1", c.now()) == liveness::alive);
  CHECK(c.core().map() == before);
}

TEST_CASE("membership: a lost connection makes a node suspect at once") {
  cluster_driver c = at_rest(3);
  CHECK(c.core().on_lost("node-2", c.now()).empty());
  CHECK(c.core().state_of("node-2", c.now()) == liveness::suspect);
  CHECK(c.core().on_lost("nobody", c.now()).empty());
  c.run(1);
  CHECK(c.core().state_of("node-2", c.now()) == liveness::alive);
}

TEST_CASE("membership: what a dead node held is placed elsewhere, from those that are left") {
  cluster_driver c = at_rest(4);
  c.at("node-1").running = false;
  c.run(151);
  CHECK(c.core().state_of("node-1", c.now()) == liveness::dead);
  c.run(60);
  CHECK(held(c, "node-1") == 0);
  CHECK(c.least_ready() == 2);
  CHECK(c.core().settled());
}

TEST_CASE("membership: a dead node that returns is taken up again") {
  cluster_driver c = at_rest(4);
  c.at("node-1").running = false;
  c.run(220);
  CHECK_FALSE(c.core().views().contains("node-1"));  // nothing is remembered of it
  c.restart("node-1", false);
  c.run(80);
  CHECK(held(c, "node-1") == 8);
  CHECK(c.least_ready() == 2);
}

TEST_CASE("membership: the last copies are waited for, however long their nodes are dead") {
  cluster_driver c = at_rest(4, 8, 1);
  const std::size_t before = held(c, "node-1");
  c.at("node-1").running = false;
  c.run(400);
  CHECK(held(c, "node-1") == before);
  CHECK(lost_partitions(c.core().map(), c.core().views(), c.now(), {}).size() == before);
  c.restart("node-1");
  c.run(3);
  CHECK(c.least_ready() == 1);
}

TEST_CASE("membership: a node that is forgotten gives up what it held, even last copies") {
  cluster_driver c = at_rest(4, 8, 1);
  CHECK(error_of(c, forget_order{"node-1"}) == "conflict");  // alive
  CHECK(error_of(c, forget_order{"nobody"}) == "not_found");
  c.at("node-1").running = false;
  c.run(10);
  c.order(forget_order{"node-1"});
  CHECK(held(c, "node-1") == 0);
  CHECK(short_partitions(c.core().map()).empty());
}

TEST_CASE("membership: a draining node is relieved, few copies at a time, and gets nothing new") {
  cluster_driver c = at_rest(4);
  const std::size_t before = held(c, "node-2");
  c.order(drain_order{"node-2"});
  CHECK(c.core().drained() == std::set<std::string>{"node-2"});
  std::size_t most = 0;
  for (int i = 0; i < 60; ++i) {
    c.step();
    std::size_t surplus = 0;
    for (const placement& at : c.core().map().placements) surplus += at.nodes.size() > 2 ? 1 : 0;
    most = std::max(most, surplus);
    CHECK(c.least_ready() == 2);
  }
  CHECK(before > 0);
  CHECK(held(c, "node-2") == 0);
  CHECK(most >= 1);
  CHECK(most <= 2);
  c.order(undrain_order{"node-2"});
  c.run(60);
  CHECK(held(c, "node-2") == 8);
}

TEST_CASE("membership: a node may ask to be relieved itself") {
  cluster_driver c = at_rest(4);
  c.at("node-0").draining = true;
  c.run(60);
  CHECK(held(c, "node-0") == 0);
}

TEST_CASE("membership: a node that nobody can replace keeps its replicas while it is drained") {
  cluster_driver c = at_rest(2);
  c.order(drain_order{"node-0"});
  c.run(60);
  CHECK(held(c, "node-0") == 16);
  CHECK(c.least_ready() == 2);
  CHECK_FALSE(c.core().settled());
}

TEST_CASE("membership: a replica is moved by order, make before break") {
  cluster_driver c = at_rest(4, 32);
  const placement first = c.core().map().placements[0];
  std::string to;
  for (const auto& [name, unused] : c.nodes())
    if (std::count(first.nodes.begin(), first.nodes.end(), name) == 0) to = name;
  c.order(move_order{first.partition, first.nodes[0], to});
  c.run(8);
  const auto& moved = c.core().map().placements[0].nodes;
  CHECK(std::count(moved.begin(), moved.end(), to) == 1);
  CHECK(std::count(moved.begin(), moved.end(), first.nodes[0]) == 0);
  CHECK(c.core().settled());
}

TEST_CASE("membership: orders that make no sense change nothing and say why") {
  cluster_driver c = at_rest(3);
  const partition_map before = c.core().goal();
  const placement first = before.placements[0];
  CHECK(error_of(c, drain_order{"nobody"}) == "not_found");
  CHECK(error_of(c, undrain_order{"node-0"}) == "not_found");
  CHECK(error_of(c, move_order{{gallery_kind::criminal, 99}, "node-0", "node-1"}) == "not_found");
  CHECK(error_of(c, move_order{first.partition, "nobody", "node-1"}) == "conflict");
  CHECK(error_of(c, move_order{first.partition, first.nodes[0], first.nodes[1]}) == "conflict");
  CHECK(error_of(c, move_order{first.partition, first.nodes[0], "nobody"}) == "not_found");
  std::string free_node;
  for (const auto& [name, unused] : c.nodes())
    if (std::count(first.nodes.begin(), first.nodes.end(), name) == 0) free_node = name;
  CHECK(c.core().on_lost(free_node, c.now()).empty());
  CHECK(error_of(c, move_order{first.partition, first.nodes[0], free_node}) == "conflict");
  CHECK(c.core().goal() == before);
}

TEST_CASE("membership: two processes of one name: the second is refused while the first lives") {
  cluster_driver c = at_rest(3);
  node_report other = c.report_of(c.at("node-1"));
  other.incarnation = 99;
  const auto effects = c.core().on_report(other, c.now());
  REQUIRE(effects.size() == 1);
  const auto& refuse = std::get<membership_effect::refuse_node>(effects[0]);
  CHECK(refuse.name == "node-1");
  CHECK(refuse.incarnation == 99);
  CHECK(refuse.why.code == errc::conflict);
  CHECK(refuse.why.message.find("another process") != std::string::npos);
  CHECK(c.core().views().at("node-1").report.incarnation == 1);
  CHECK(c.core().on_lost("node-1", c.now()).empty());  // a restart is taken once the first is gone
  CHECK(c.core().on_report(other, c.now()).empty());
  CHECK(c.core().views().at("node-1").report.incarnation == 99);
}

TEST_CASE("membership: names that cannot be, and one node more than the limit, are refused") {
  membership_core core(settings_of(1, 1, 5000), std::nullopt, {}, {0});
  const auto code = [&](const std::string& name, const std::string& zone) {
    const auto effects = core.on_report({{name, zone, 1}, 1, 0, false, 0, {}}, {0});
    return effects.empty() ? errc{} : std::get<membership_effect::refuse_node>(effects[0]).why.code;
  };
  CHECK(code("a b", "") == errc::invalid_input);
  CHECK(code("", "") == errc::invalid_input);
  CHECK(code("a", "b/c") == errc::invalid_input);
  for (std::size_t i = 0; i < limits::nodes_max; ++i)
    CHECK(code("node-" + std::to_string(i), "") == errc{});
  CHECK(code("one-more", "") == errc::limit_exceeded);
  CHECK(code("node-7", "") == errc{});
}

TEST_CASE("membership: names that come and go are not remembered") {
  membership_core core(settings_of(1, 1, 5000), std::nullopt, {}, {0});
  for (int i = 0; i < 5000; ++i) {
    const instant now{i * 40'000ll};
    core.on_report({{"node-" + std::to_string(i), "", 1}, 1, 0, false, 0, {}}, now);
    core.on_tick(now);
  }
  CHECK(core.views().size() <= 2);
}

TEST_CASE("membership: whoever sees a newer map than its own stands down") {
  cluster_driver c = at_rest(3);
  node_report ahead = c.report_of(c.at("node-1"));
  ahead.map_epoch = c.core().map().epoch + 1;
  const auto effects = c.core().on_report(ahead, c.now());
  REQUIRE(effects.size() == 1);
  CHECK(std::get<membership_effect::stand_down>(effects[0]).seen_epoch == ahead.map_epoch);
  CHECK(c.core().on_tick({c.now().ms + 60'000}).empty());
  CHECK(error_of(c, drain_order{"node-0"}) == "unavailable");
}

TEST_CASE("membership: a new holder changes nothing until all have reported or are dead") {
  cluster_driver c = at_rest(4);
  const partition_map before = c.core().map();
  c.change_holder();
  c.at("node-3").running = false;
  c.join({"node-9", "", 1});
  c.run(100);
  CHECK(c.core().map() == before);
  c.run(120);
  CHECK(held(c, "node-3") == 0);
  CHECK(held(c, "node-9") == 8);
  CHECK(c.least_ready() == 2);
}

TEST_CASE("membership: a new holder goes on with what the old one had begun") {
  cluster_driver c = at_rest(4, 16);
  c.order(drain_order{"node-2"});
  c.run(2);
  c.change_holder();
  CHECK(c.core().drained().contains("node-2"));
  c.run(100);
  CHECK(held(c, "node-2") == 0);
  CHECK(c.least_ready() == 2);
}

TEST_CASE("membership: rebalancing forgets ordered moves and levels the loads") {
  cluster_driver c = at_rest(4, 16);
  for (std::size_t i = 0; i < 16; ++i) {
    const placement at = c.core().map().placements[i];
    if (at.nodes[0] == "node-0" || at.nodes[1] == "node-0") continue;
    c.order(move_order{at.partition, at.nodes[0], "node-0"});
  }
  c.run(60);
  CHECK(loads(c.core().map(), gallery_kind::criminal)["node-0"] == 16);
  c.order(rebalance_order{});
  c.run(60);
  CHECK(loads(c.core().map(), gallery_kind::criminal)["node-0"] == 8);
}

TEST_CASE("membership: more replicas are made when more are wanted") {
  cluster_driver c = at_rest(4);
  membership_core more(settings_of(8, 3), c.core().map(), {}, c.now());
  membership_effects effects;
  for (const auto& [name, n] : c.nodes()) effects = more.on_report(c.report_of(n), c.now());
  REQUIRE(!effects.empty());
  CHECK(std::get<membership_effect::publish>(effects[0]).map.replicas == 3);
  CHECK(more.goal().placements[0].nodes.size() == 3);
}

TEST_CASE("membership: a node of another protocol is refused, and noted until it is silent") {
  cluster_driver c = at_rest(3);
  const auto said = [&](std::uint32_t protocol) {
    node_report report;
    report.place = {"node-9", "", 1};
    report.incarnation = 9;
    report.protocol = protocol;
    return c.core().on_report(report, c.now());
  };
  const auto effects = said(node_protocol + 1);
  REQUIRE(effects.size() == 1);
  const auto& refuse = std::get<membership_effect::refuse_node>(effects[0]);
  CHECK(refuse.why.code == errc::wrong_version);
  CHECK(refuse.why.message.find("upgrade the exchange first") != std::string::npos);
  CHECK_FALSE(c.core().views().contains("node-9"));
  REQUIRE(c.core().other_versions().size() == 1);
  CHECK(c.core().other_versions().at("node-9").protocol == node_protocol + 1);
  c.run(1);
  CHECK(held(c, "node-9") == 0);
  said(node_protocol);
  CHECK(c.core().other_versions().empty());
  CHECK(c.core().views().contains("node-9"));
}

TEST_CASE("membership: nodes from the oldest protocol on are given replicas") {
  auto settings = settings_of(2, 1);
  settings.protocol_oldest = 3;
  settings.protocol_newest = 5;
  for (std::uint32_t protocol = 2; protocol <= 6; ++protocol) {
    CAPTURE(protocol);
    membership_core core(settings, std::nullopt, {}, {0});
    node_report report;
    report.place = {"node-1", "", 1};
    report.protocol = protocol;
    core.on_report(report, {0});
    const bool spoken = protocol >= 3 && protocol <= 5;
    CHECK(load_of(core.map(), "node-1") == (spoken ? 4 : 0));
    CHECK(core.other_versions().size() == (spoken ? 0 : 1));
    core.on_tick({settings.live.dead_ms});
    CHECK(core.other_versions().empty());
  }
}
