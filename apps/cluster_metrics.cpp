#include "apps/cluster_metrics.hpp"

#include <map>

#include "actors/cluster/node_event.hpp"
#include "apps/metric_text.hpp"

namespace whorl::apps {
namespace {

metric_text::label_list of_round(std::size_t index) {
  return {{"round", std::to_string(index + 1)}};
}

void add_rounds(metric_text& out, const std::string& prefix,
                const actors::counts_of_rounds& rounds) {
  for (std::size_t i = 0; i < rounds.size(); ++i) {
    out.latency(prefix + "_round_seconds", "rounds of searches, and how long they took",
                rounds[i].took, of_round(i));
    out.counter(prefix + "_partitions_answered_total", "partitions that a round has looked at",
                rounds[i].partitions_answered, of_round(i));
    out.counter(prefix + "_partitions_missing_total", "partitions that a round could not look at",
                rounds[i].partitions_missing, of_round(i));
  }
}

/// By state, those without any included.
using by_state = std::map<std::string, std::uint64_t>;
by_state no_replicas() { return {{"copying", 0}, {"following", 0}, {"ready", 0}, {"failed", 0}}; }

void add_states(metric_text& out, const std::string& name, const std::string& help,
                const by_state& states) {
  for (const auto& [state, count] : states) out.gauge(name, help, count, {{"state", state}});
}

http::response plain(unsigned status, std::string text) {
  return {status, "text/plain", std::move(text) + "\n", {}, {}};
}

}  // namespace

std::string node_metrics(const actors::node_counts& now) {
  metric_text out;
  out.gauge("whorl_node_ready", "1: it can answer for all that the map gives it",
            actors::lacking(now).empty());
  out.gauge("whorl_node_connected", "1: with its exchange", now.connected);
  out.counter("whorl_node_connects_total", "times it has found its exchange", now.connects);
  out.gauge("whorl_node_map_epoch", "of the newest partition map it has", now.map_epoch);
  out.gauge("whorl_node_replicas_wanted", "that the map gives it", now.wanted.size());
  by_state states = no_replicas();
  for (const replica_report& each : now.replicas)
    ++states[std::string(actors::to_string(each.state))];
  add_states(out, "whorl_node_replicas", "that it holds, by state", states);
  for (const replica_report& each : now.replicas) {
    const metric_text::label_list which{{"partition", whorl::to_string(each.partition)}};
    out.gauge("whorl_node_replica_lag_facts", "behind the stream's tail, as far as it is known",
              actors::lag_of(now, each), which);
    out.gauge("whorl_node_replica_people", "in a replica", each.people, which);
  }
  out.gauge("whorl_node_copies_running", "replicas that are being copied", now.copies_running);
  out.counter("whorl_node_copies_total", "copies of replicas that were begun", now.copies_begun);
  out.counter("whorl_node_copied_bytes_total", "of replicas, received and written",
              now.copied_bytes);
  add_rounds(out, "whorl_node", now.shard.rounds);
  out.gauge("whorl_node_rounds_in_hand", "rounds that are not answered", now.shard.in_hand);
  out.gauge("whorl_node_scans_waiting", "scans of a partition that wait or are at work",
            now.shard.waiting);
  return out.text();
}

std::string cluster_metrics(const actors::cluster_status& now) {
  metric_text out;
  out.gauge("whorl_cluster_map_epoch", "of the partition map in force", now.map.epoch);
  out.gauge("whorl_cluster_settled", "1: nothing is to be moved or copied", now.settled);
  by_state nodes{{"alive", 0}, {"suspect", 0}, {"dead", 0}}, replicas = no_replicas();
  std::uint64_t drained = 0, uncovered = 0;
  for (const auto& node : now.nodes) {
    ++nodes[node.liveness];
    drained += node.drained || node.report.draining;
    if (node.liveness == "dead") continue;
    for (const replica_report& each : node.report.replicas)
      ++replicas[std::string(actors::to_string(each.state))];
  }
  for (const auto& [which, count] : now.searchable) uncovered += count == 0;
  add_states(out, "whorl_cluster_nodes", "by state", nodes);
  out.gauge("whorl_cluster_nodes_drained", "told to hold nothing", drained);
  out.gauge("whorl_cluster_nodes_other_version", "refused lately: they speak another protocol",
            now.other_versions.size());
  add_states(out, "whorl_cluster_replicas", "on nodes that are not dead, by state", replicas);
  out.gauge("whorl_cluster_partitions_uncovered",
            "partitions that no node can be asked for: the exchange searches them", uncovered);
  add_rounds(out, "whorl_cluster", now.rounds.rounds);
  out.gauge("whorl_cluster_rounds_in_hand", "rounds that are not answered", now.rounds.in_hand);
  out.counter("whorl_cluster_hedges_total", "questions to a second node, the first being slow",
              now.rounds.hedges);
  out.counter("whorl_cluster_replacements_total",
              "questions to another node, the first being lost, stuck or behind",
              now.rounds.replacements);
  out.counter("whorl_cluster_rounds_by_exchange_total",
              "rounds of which the exchange searched a part itself", now.rounds.by_exchange);
  return out.text();
}

std::string journal_metrics(const journal_lag& now) {
  metric_text out;
  for (const auto& [name, behind] : now.projections)
    out.gauge("whorl_projection_lag_facts", "behind the journal's tail", behind,
              {{"projection", name}});
  if (now.outbox_open)
    out.gauge("whorl_journal_outbox_open_facts",
              "handed in, and not known to be with the journal's servers", *now.outbox_open);
  return out.text();
}

http::response answer_monitor(const std::string& target,
                              const std::function<result<actors::node_counts>()>& ask) {
  const std::string path = target.substr(0, target.find('?'));
  if (path == "/healthz") return plain(200, "alive");
  if (path != "/metrics" && path != "/readyz")
    return plain(404, "here are /metrics, /healthz and /readyz");
  const auto now = ask();
  if (!now) return plain(503, now.error().message);
  if (path == "/metrics") return {200, metric_text::content_type, node_metrics(*now), {}, {}};
  const std::string why_not = actors::lacking(*now);
  return why_not.empty() ? plain(200, "ready") : plain(503, why_not);
}

}  // namespace whorl::apps
