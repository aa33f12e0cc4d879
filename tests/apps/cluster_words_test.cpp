#include "apps/cluster_words.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <iostream>
#include <sstream>

using namespace whorl;
using namespace whorl::apps;

namespace {

actors::cluster_status sample_status() {
  actors::cluster_status out;
  const partition_id first{gallery_kind::criminal, 0}, second{gallery_kind::immigration, 0};
  out.map = {7, 1, 2, {{first, {"a", "b"}}, {second, {"b", "c"}}}};
  actors::cluster_status::node a, b;
  a.report.place = {"a", "rack-1", 3};
  a.report.map_epoch = 7;
  a.report.rounds_in_hand = 5;
  a.report.protocol = 1;
  a.report.replicas = {{first, replica_state::ready, 90, 1200},
                       {second, replica_state::failed, 4, 34}};
  a.liveness = "alive";
  b.report.place = {"b", "", 1};
  b.report.replicas = {{first, replica_state::copying, 0, 0},
                       {second, replica_state::following, 80, 30}};
  b.liveness = "suspect";
  b.drained = true;
  out.nodes = {a, b};
  out.searchable = {{first, 1}};
  return out;
}

/// What it prints.
std::string printed(const apps::json& document) {
  const std::ostringstream text;
  std::streambuf* const before = std::cout.rdbuf(text.rdbuf());
  print_cluster(document);
  std::cout.rdbuf(before);
  return text.str();
}

result<cluster::cluster_order> read_order(const std::string& text) {
  return parse_cluster_order({reinterpret_cast<const std::byte*>(text.data()), text.size()});
}

void refuses_order(const std::string& text, const std::string& words) {
  CAPTURE(text);
  const auto outcome = read_order(text);
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().code == errc::invalid_input);
  CHECK(outcome.error().message == words);
}

}  // namespace

TEST_CASE("cluster words: the document holds map, nodes, replicas and who can be asked") {
  const apps::json document = cluster_document(sample_status());
  CHECK(document["epoch"] == 7);
  CHECK(document["replicas_wanted"] == 2);
  CHECK(document["settled"] == false);
  const apps::json expected_node = {{"name", "a"},
                                    {"zone", "rack-1"},
                                    {"weight", 3},
                                    {"state", "alive"},
                                    {"drained", false},
                                    {"map_epoch", 7},
                                    {"rounds_in_hand", 5},
                                    {"protocol", 1},
                                    {"replicas", apps::json::array({{{"partition", "criminal/0"},
                                                                     {"state", "ready"},
                                                                     {"applied_seq", 90},
                                                                     {"people", 1200}},
                                                                    {{"partition", "immigration/0"},
                                                                     {"state", "failed"},
                                                                     {"applied_seq", 4},
                                                                     {"people", 34}}})}};
  REQUIRE(document["nodes"].size() == 2);
  CHECK(document["nodes"][0] == expected_node);
  CHECK(document["nodes"][1]["drained"] == true);
  CHECK(document["nodes"][1]["replicas"][0]["state"] == "copying");
  CHECK(document["nodes"][1]["replicas"][1]["state"] == "following");
  CHECK(document["partitions"] ==
        apps::json::array(
            {{{"partition", "criminal/0"}, {"nodes", {"a", "b"}}, {"searchable", 1}},
             {{"partition", "immigration/0"}, {"nodes", {"b", "c"}}, {"searchable", 0}}}));
}

TEST_CASE("cluster words: a node that asks to be relieved is drained too") {
  actors::cluster_status now = sample_status();
  now.nodes[0].report.draining = true;
  CHECK(cluster_document(now)["nodes"][0]["drained"] == true);
}

TEST_CASE("cluster words: for people, a row a node and a picture of partitions and replicas") {
  CHECK(printed(cluster_document(sample_status())) ==
        "node  zone    weight  state             replicas  ready  people  map\n"
        "a     rack-1  3       alive             2         1      1,234   7\n"
        "b             1       suspect, drained  2         0      30      0\n"
        "\n"
        "map 7, 2 replicas wanted, moving\n"
        "\n"
        "partition      searchable  a                b\n"
        "criminal/0     1           ready            copying\n"
        "immigration/0  0           failed (leaves)  following\n");
}

TEST_CASE("cluster words: a replica that is awaited, and a node that has nothing to do with it") {
  actors::cluster_status now = sample_status();
  for (auto& node : now.nodes) node.report.replicas.clear();
  now.settled = true;
  const std::string text = printed(cluster_document(now));
  CHECK(text.find("2 replicas wanted, settled\n") != std::string::npos);
  CHECK(text.find("criminal/0     1           awaited  awaited\n") != std::string::npos);
  CHECK(text.find("immigration/0  0           .        awaited\n") != std::string::npos);
}

TEST_CASE("cluster words: a cluster without nodes or map is shown") {
  const apps::json document = cluster_document({});
  CHECK(document["nodes"] == apps::json::array());
  CHECK(document["partitions"] == apps::json::array());
  CHECK(printed(document).find("map 0, 0 replicas wanted, moving") != std::string::npos);
}

TEST_CASE("cluster words: every order reads back from its document, and has its words") {
  struct known_order {
    std::string document, words;
  };
  for (const known_order& each : {
           known_order{R"({"order":"drain","node":"node-a"})", "drain node-a"},
           known_order{R"({"order":"undrain","node":"node-a"})", "undrain node-a"},
           known_order{R"({"order":"forget","node":"b.c"})", "forget b.c"},
           known_order{R"({"order":"rebalance"})", "rebalance"},
           known_order{R"({"order":"move","partition":"immigration/12","from":"a","to":"b"})",
                       "move immigration/12 a b"},
       }) {
    CAPTURE(each.document);
    const auto order = read_order(each.document);
    REQUIRE(order.has_value());
    CHECK(order_document(*order).dump() == each.document);
    CHECK(words_of(*order) == each.words);
  }
  const auto moved = read_order(R"({"order":"move","partition":"criminal/3","from":"a","to":"b"})");
  const auto& move = std::get<cluster::move_order>(*moved);
  CHECK(move.partition == partition_id{gallery_kind::criminal, 3});
  CHECK(move.from == "a");
  CHECK(move.to == "b");
}

TEST_CASE("cluster words: an order that is none is refused, with the member and what is expected") {
  const std::string no_object = "expected a JSON object";
  for (const char* text : {"", "{", "[]", "7", "\"drain\"", "{\"order\":\"\xff\"}"})
    refuses_order(text, no_object);
  refuses_order(R"({"order": "drain", "nod": "node-a"})",
                "nod: no such member: order, node, partition, from and to are");
  refuses_order("{}", "member 'order': expected a text");
  refuses_order(R"({"order":7})", "member 'order': expected a text");
  refuses_order(R"({"order":"stop"})",
                "member 'order': expected drain, undrain, move, forget or rebalance");
  for (const std::string kind : {"drain", "undrain", "forget"}) {
    refuses_order(R"({"order":")" + kind + "\"}", "member 'node': expected a text");
    refuses_order(R"({"order":")" + kind + R"(","node":"a b"})",
                  "member 'node': expected the name of a node");
    refuses_order(R"({"order":")" + kind + R"(","node":""})",
                  "member 'node': expected the name of a node");
  }
  refuses_order(R"({"order":"move"})", "member 'partition': expected a text");
  for (const std::string bad : {"", "criminal", "criminal/", "/3", "criminal/-1", "criminal/3x",
                                "criminal/ 3", "crim/3", "criminal/3/4", "criminal/99999999999"})
    refuses_order(R"({"order":"move","from":"a","to":"b","partition":")" + bad + "\"}",
                  "member 'partition': expected a gallery and a number, as criminal/3");
  refuses_order(R"({"order":"move","partition":"criminal/3","to":"b"})",
                "member 'from': expected a text");
  refuses_order(R"({"order":"move","partition":"criminal/3","from":"a","to":["b"]})",
                "member 'to': expected a text");
  refuses_order(R"({"order":"move","partition":"criminal/3","from":"a","to":"b/c"})",
                "member 'to': expected the name of a node");
}

TEST_CASE("cluster words: nodes of another protocol are named, in the document and for people") {
  actors::cluster_status now = sample_status();
  now.other_versions = {{"c", 7}};
  const apps::json document = cluster_document(now);
  CHECK(document["other_versions"] == apps::json::array({{{"name", "c"}, {"protocol", 7}}}));
  CHECK(printed(document).find("refused: c speaks protocol 7") != std::string::npos);
  CHECK(printed(cluster_document(sample_status())).find("refused") == std::string::npos);
}
