// A cluster of real processes over TLS: `whorl serve` as exchange and `whorl node`, killed, started
// again, watched, and met by strangers. Behind a fence: fence_test.cpp.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "tests/apps/cluster_world.hpp"
#include "tests/apps/openapi_check.hpp"

using namespace whorl;
using namespace whorl::test;

TEST_CASE("cluster: processes over TLS; one is killed, frozen, loses its disk; none is missed") {
  cluster_world w;
  for (const char* name : {"node-a", "node-b", "node-c"}) w.start_node(name);
  w.await_searchable(2);
  w.book("first", 0, 3);
  w.nodes["node-a"]->stop();
  w.book("one is killed", 3, 3);
  w.nodes["node-b"]->stop(SIGSTOP);
  w.book("one is frozen", 6, 3);
  w.nodes["node-b"]->stop(SIGCONT);
  std::filesystem::remove_all(w.folder("node-a"));
  w.start_node("node-a");
  w.await_searchable(2);
  w.book("all are back", 9, 3);
  const outcome drained = w.gateway.client("operator", {"cluster", "drain", "node-c"});
  CHECK_MESSAGE(drained.code == 0, drained.err);
  w.await_searchable(2);
  w.await("node-c is empty", [&] {
    const nlohmann::json now = w.status();
    const auto node = std::ranges::find(now["nodes"], "node-c", [](const auto& each) {
      return each["name"].template get<std::string>();
    });
    return node != now["nodes"].end() && (*node)["replicas"].empty();
  });
  CHECK(w.gateway.audit().find("drain node-c") != std::string::npos);
  CHECK(w.gateway.client("city-police", {"cluster", "drain", "node-b"}).code == 1);
  // What the gateway answers is as its document says.
  std::vector<exchange> both = {
      exchange_of("/v1/cluster", {}),
      exchange_of("/v1/cluster/orders", {"-d", R"({"order": "undrain", "node": "node-c"})", "-H",
                                         "Content-Type: application/json"})};
  both[0].answer = w.gateway.ask("operator", "/v1/cluster");
  both[1].answer = w.gateway.ask("operator", "/v1/cluster/orders",
                                 {"-d", both[1].sent, "-H", "Content-Type: application/json"});
  for (const exchange& each : both) CHECK(each.answer.status == 200);
  CHECK(faults_by_ajv(both).value_or("") == "");
  w.nodes["node-a"]->stop(SIGTERM);
  CHECK(w.nodes["node-a"]->wait().code == 0);
}

TEST_CASE("cluster: strangers at its port stop no booking, and are no nodes") {
  cluster_world w;
  w.start_node("node-a");
  w.await_searchable(1);
  // Of another authority.
  const std::string other = w.folder("other-pki");
  REQUIRE(whorl_program({"pki", "--folder", other, "init"}).code == 0);
  REQUIRE(whorl_program({"pki", "--folder", other, "issue", "--node", "node-x"}).code == 0);
  const started_program stranger(
      {"--json", "node", "--config", w.node_file("node-x", other, w.port())});
  // Without TLS, without sense, without a word.
  std::vector<plain_client> others;
  for (int i = 0; i < 50; ++i) {
    others.emplace_back(w.port());
    if (i % 3 == 1) others.back().say("GET / HTTP/1.1\r\n\r\n");
    if (i % 3 == 2) others.back().say(std::string(4096, '\xff'));
  }
  w.book("beside strangers", 0, 4);
  const nlohmann::json now = w.status();
  REQUIRE(now["nodes"].size() == 1);
  CHECK(now["nodes"][0]["name"] == "node-a");
  others.clear();
  w.await_searchable(1);
  w.book("after them", 4, 2);
}

TEST_CASE("cluster: a node tells monitors what it counts, whether it is ready, and logs it") {
  cluster_world w;
  const std::string obstacle = w.folder("node-a") + "/incoming", log = w.folder("node-a.log");
  std::filesystem::create_directories(w.folder("node-a"));
  write_file(obstacle, to_bytes("no folder"));  // where copies are to be received
  w.start_node("node-a", {"--log", log, "--log-level", "debug"});
  CHECK(w.monitor("node-a", "/healthz").status == 200);
  w.await("criminal/0 is tried", [&] {
    return w.monitor("node-a", "/readyz").body.find("criminal/0 copying") != std::string::npos;
  });
  CHECK(w.monitor("node-a", "/readyz").status == 503);
  CHECK(w.number("node-a", "whorl_node_ready") == 0);
  CHECK(w.number("node-a", "whorl_node_connected") == 1);
  w.book("by the exchange alone", 0, 1);
  CHECK(w.number("node-a", "whorl_node_round_seconds_count{round=\"1\"}") == 0);
  CHECK(w.exchange_number("whorl_cluster_rounds_by_exchange_total") > 0);
  CHECK(w.exchange_number("whorl_cluster_partitions_uncovered") == 6);
  REQUIRE(std::filesystem::remove(obstacle));
  w.await_searchable(1);
  w.await("it is ready", [&] { return w.monitor("node-a", "/readyz").status == 200; });
  CHECK(w.number("node-a", "whorl_node_replicas{state=\"ready\"}") == 6);
  CHECK(w.number("node-a", "whorl_node_copied_bytes_total") > 0);
  w.book("by the node", 1, 2);
  CHECK(w.number("node-a", "whorl_node_round_seconds_count{round=\"1\"}") >= 4);
  CHECK(w.exchange_number("whorl_cluster_partitions_uncovered") == 0);
  CHECK(w.exchange_number("whorl_cluster_nodes{state=\"alive\"}") == 1);
  CHECK(w.exchange_number("whorl_projection_lag_facts{projection=\"criminal\"}") == 0);
  const auto booking = w.gateway.ask("oversight", "/v1/bookings?limit=1").document();
  w.nodes["node-a"]->stop(SIGTERM);
  CHECK(w.nodes["node-a"]->wait().code == 0);
  const std::string text = to_text(read_file(log));
  std::map<std::string, int> events;
  int of_booking = 0;
  const std::string named = booking["bookings"].at(0)["booking"];
  for (const nlohmann::json& line : outcome{0, text, {}}.lines()) {
    CHECK(line["node"] == "node-a");
    ++events[line["event"]];
    of_booking += line.value("booking", "") == named;
  }
  for (const char* event : {"started", "connected", "map", "copying", "following", "stopped"})
    CHECK_MESSAGE(events[event] > 0, event);
  CHECK(events["replica"] > 0);  // the obstacle
  CHECK(events["ready"] >= 7);   // each of six, and all
  CHECK(of_booking > 0);
}
