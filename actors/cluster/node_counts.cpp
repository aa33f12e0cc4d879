#include "actors/cluster/node_counts.hpp"

#include <algorithm>

#include "actors/cluster/node_event.hpp"

namespace whorl::actors {
namespace {

/// More would say no more.
constexpr std::size_t named_max = 8;

/// What keeps this one from being searched; empty: nothing.
std::string wanting(const node_counts& now, partition_id which) {
  const auto found = std::ranges::find(now.replicas, which, &replica_report::partition);
  const std::string name = whorl::to_string(which);
  if (found == now.replicas.end()) return name + " waits for its copy";
  if (found->state == replica_state::ready) return {};
  const std::string state(to_string(found->state));
  if (found->state != replica_state::following) return name + " " + state;
  return name + " " + state + ", " + std::to_string(lag_of(now, *found)) + " facts behind";
}

}  // namespace

std::uint64_t lag_of(const node_counts& now, const replica_report& replica) {
  const std::uint64_t tail = now.tails[index_of(replica.partition.gallery)];
  return tail > replica.applied_seq ? tail - replica.applied_seq : 0;
}

std::string lacking(const node_counts& now) {
  std::string out;
  const auto add = [&](const std::string& what) { out += (out.empty() ? "" : "; ") + what; };
  if (!now.connected) add("the exchange is not connected");
  if (now.map_epoch == 0) add("no partition map has come");
  std::size_t unready = 0;
  for (const partition_id which : now.wanted) {
    const std::string what = wanting(now, which);
    if (!what.empty() && ++unready <= named_max) add(what);
  }
  if (unready > named_max) add("and " + std::to_string(unready - named_max) + " more");
  return out;
}

void keeper_counters::copy_to(node_counts& out) const {
  out.copies_running = copies_running;
  out.copies_begun = copies_begun;
  out.copied_bytes = copied_bytes;
  for (const gallery_kind gallery : both_galleries)
    out.tails[index_of(gallery)] = tails[index_of(gallery)];
}

}  // namespace whorl::actors
