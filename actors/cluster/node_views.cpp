#include "actors/cluster/node_views.hpp"

#include <algorithm>

#include "actors/cluster/placement.hpp"

namespace whorl::cluster {

std::string_view to_string(liveness state) {
  switch (state) {
    case liveness::alive:
      return "alive";
    case liveness::suspect:
      return "suspect";
    case liveness::dead:
      return "dead";
  }
  return "?";
}

void note_report(node_views& views, node_report report, instant now) {
  std::sort(report.replicas.begin(), report.replicas.end(),
            [](const auto& a, const auto& b) { return a.partition < b.partition; });
  const std::string name = report.place.name;
  views[name] = {std::move(report), now, true, true};
}

liveness liveness_of(const node_view& view, instant now, const liveness_settings& settings) {
  const std::int64_t silent_ms = now.ms - view.heard_at.ms;
  if (silent_ms >= settings.dead_ms) return liveness::dead;
  if (!view.heard || !view.connected || silent_ms >= settings.suspect_ms) return liveness::suspect;
  return liveness::alive;
}

const replica_report* find_replica(const node_view& view, partition_id partition) {
  const auto& replicas = view.report.replicas;
  const auto found = std::lower_bound(
      replicas.begin(), replicas.end(), partition,
      [](const replica_report& r, partition_id wanted) { return r.partition < wanted; });
  return found == replicas.end() || found->partition != partition ? nullptr : &*found;
}

bool is_ready(const node_view& view, partition_id partition, instant now,
              const liveness_settings& settings) {
  if (liveness_of(view, now, settings) != liveness::alive) return false;
  const replica_report* replica = find_replica(view, partition);
  return replica != nullptr && replica->state == replica_state::ready;
}

std::vector<std::string> searchable_nodes(const partition_map& map, partition_id partition,
                                          const node_views& views, instant now,
                                          const liveness_settings& settings,
                                          std::uint64_t least_seq) {
  std::vector<std::string> found;
  const placement* at = find_placement(map, partition);
  if (at == nullptr) return found;
  for (const std::string& node : at->nodes) {
    const auto view = views.find(node);
    if (view == views.end() || !is_ready(view->second, partition, now, settings)) continue;
    if (find_replica(view->second, partition)->applied_seq >= least_seq) found.push_back(node);
  }
  return found;
}

}  // namespace whorl::cluster
