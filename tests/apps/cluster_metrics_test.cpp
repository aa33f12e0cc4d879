#include "apps/cluster_metrics.hpp"

#include <doctest/doctest.h>

using namespace whorl;
using namespace whorl::apps;

namespace {

const partition_id part_a{gallery_kind::criminal, 0}, part_b{gallery_kind::immigration, 1};

actors::node_counts sample_node() {
  actors::node_counts now;
  now.node = "node-a";
  now.connected = true;
  now.connects = 2;
  now.map_epoch = 5;
  now.wanted = {part_a, part_b};
  now.replicas = {{part_a, replica_state::ready, 90, 1200}, {part_b, replica_state::copying, 0, 0}};
  now.tails = {93, 7};
  now.copies_running = 1;
  now.copies_begun = 3;
  now.copied_bytes = 4096;
  now.shard.rounds[0].add({{1}, gallery_kind::criminal, 1, 4000, 2, {{part_b, "copying"}}});
  now.shard.in_hand = 4;
  now.shard.waiting = 6;
  return now;
}

actors::cluster_status sample_cluster() {
  actors::cluster_status now;
  now.map.epoch = 9;
  actors::cluster_status::node a, b;
  a.report.replicas = {{part_a, replica_state::ready, 90, 1200},
                       {part_b, replica_state::copying, 0, 0}};
  a.liveness = "alive";
  b.report.replicas = {{part_a, replica_state::ready, 90, 1200}};
  b.liveness = "dead";
  b.drained = true;
  now.nodes = {a, b};
  now.searchable = {{part_a, 1}, {part_b, 0}};
  now.rounds.rounds[1].add({{1}, gallery_kind::criminal, 2, 4000, 2, {}});
  now.other_versions = {{"c", 7}};
  now.rounds.hedges = 11;
  now.rounds.replacements = 12;
  now.rounds.by_exchange = 13;
  return now;
}

void has_lines(const std::string& text, const std::vector<std::string>& lines) {
  for (const std::string& line : lines)
    CHECK_MESSAGE(("\n" + text).find("\n" + line + "\n") != std::string::npos, line, " in\n", text);
}

}  // namespace

TEST_CASE("cluster metrics: a node's text") {
  has_lines(node_metrics(sample_node()),
            {"whorl_node_ready 0",
             "whorl_node_connected 1",
             "whorl_node_connects_total 2",
             "whorl_node_map_epoch 5",
             "whorl_node_replicas_wanted 2",
             "whorl_node_replicas{state=\"ready\"} 1",
             "whorl_node_replicas{state=\"copying\"} 1",
             "whorl_node_replicas{state=\"failed\"} 0",
             "whorl_node_replica_lag_facts{partition=\"criminal/0\"} 3",
             "whorl_node_replica_lag_facts{partition=\"immigration/1\"} 7",
             "whorl_node_replica_people{partition=\"criminal/0\"} 1200",
             "whorl_node_copies_running 1",
             "whorl_node_copies_total 3",
             "whorl_node_copied_bytes_total 4096",
             "whorl_node_round_seconds_count{round=\"1\"} 1",
             "whorl_node_round_seconds_count{round=\"2\"} 0",
             "whorl_node_partitions_answered_total{round=\"1\"} 1",
             "whorl_node_partitions_missing_total{round=\"1\"} 1",
             "whorl_node_rounds_in_hand 4",
             "whorl_node_scans_waiting 6"});
  actors::node_counts whole = sample_node();
  whole.replicas[1].state = replica_state::ready;
  has_lines(node_metrics(whole), {"whorl_node_ready 1"});
}

TEST_CASE("cluster metrics: the exchange's text; what a dead node last said is not counted") {
  has_lines(cluster_metrics(sample_cluster()),
            {"whorl_cluster_map_epoch 9", "whorl_cluster_settled 0",
             "whorl_cluster_nodes_other_version 1", "whorl_cluster_nodes{state=\"alive\"} 1",
             "whorl_cluster_nodes{state=\"dead\"} 1", "whorl_cluster_nodes{state=\"suspect\"} 0",
             "whorl_cluster_nodes_drained 1", "whorl_cluster_replicas{state=\"ready\"} 1",
             "whorl_cluster_replicas{state=\"copying\"} 1", "whorl_cluster_partitions_uncovered 1",
             "whorl_cluster_round_seconds_count{round=\"2\"} 1", "whorl_cluster_hedges_total 11",
             "whorl_cluster_replacements_total 12", "whorl_cluster_rounds_by_exchange_total 13"});
}

TEST_CASE(
    "cluster metrics: how far parts of a store are behind, and the outbox where there is one") {
  const std::string own = journal_metrics({{{"criminal", 3}, {"audit", 0}}, std::nullopt});
  has_lines(own, {"whorl_projection_lag_facts{projection=\"criminal\"} 3",
                  "whorl_projection_lag_facts{projection=\"audit\"} 0"});
  CHECK(own.find("outbox_open") == std::string::npos);
  has_lines(journal_metrics({{}, 5}), {"whorl_journal_outbox_open_facts 5"});
}

TEST_CASE("cluster metrics: a monitor is told whether a node lives, is ready, and what it lacks") {
  actors::node_counts now = sample_node();
  const auto ask = [&](const std::string& target) {
    return answer_monitor(target, [&] { return result<actors::node_counts>(now); });
  };
  CHECK(ask("/healthz").status == 200);
  CHECK(ask("/readyz").status == 503);
  CHECK(ask("/readyz").body == "immigration/1 copying\n");
  CHECK(ask("/metrics?x=1").status == 200);
  CHECK(ask("/metrics").content_type == "text/plain; version=0.0.4");
  CHECK(ask("/").status == 404);
  now.replicas[1].state = replica_state::ready;
  CHECK(ask("/readyz").status == 200);
  int asked = 0;
  const auto silent = [&]() -> result<actors::node_counts> {
    ++asked;
    return make_error(errc::unavailable, "the node does not answer");
  };
  CHECK(answer_monitor("/healthz", silent).status == 200);  // though it is busy
  CHECK(asked == 0);
  CHECK(answer_monitor("/readyz", silent).status == 503);
  CHECK(answer_monitor("/metrics", silent).status == 503);
}
