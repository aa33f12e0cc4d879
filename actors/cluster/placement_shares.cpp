#include "actors/cluster/placement_shares.hpp"

#include <algorithm>

#include "messages/invariant.hpp"

namespace whorl::cluster {
namespace {

/// Shares are counted in 256ths of a replica: 8,192 replicas times 2^42 of weight fit 64 bits.
constexpr std::uint64_t unit = 256;

}  // namespace

std::vector<std::uint64_t> divide(std::uint64_t total, std::span<const claimant> among) {
  std::vector<std::uint64_t> shares(among.size(), 0);
  std::vector<char> settled(among.size(), 0);
  while (true) {
    std::uint64_t rest = total, weight = 0;
    for (std::size_t i = 0; i < among.size(); ++i) {
      if (settled[i])
        rest -= std::min(rest, shares[i]);
      else
        weight += among[i].weight;
    }
    if (weight == 0) return shares;
    std::int64_t raised = 0;  // over all who are not settled: positive when bounds add more
    bool bound = false;
    for (std::size_t i = 0; i < among.size(); ++i) {
      if (settled[i]) continue;
      const std::uint64_t wanted = rest * among[i].weight / weight;
      shares[i] = std::clamp(wanted, among[i].least, among[i].most);
      raised += static_cast<std::int64_t>(shares[i]) - static_cast<std::int64_t>(wanted);
      bound = bound || shares[i] != wanted;
    }
    if (!bound) return shares;
    for (std::size_t i = 0; i < among.size(); ++i) {
      if (settled[i]) continue;
      const std::uint64_t wanted = rest * among[i].weight / weight;
      settled[i] = (raised >= 0 && shares[i] > wanted) || (raised <= 0 && shares[i] < wanted);
    }
  }
}

std::vector<fair_share> fair_shares(std::span<const weighed_node> nodes, std::uint32_t zones,
                                    std::uint32_t partitions, std::uint32_t replicas) {
  const auto placed = std::min<std::uint64_t>(replicas, nodes.size());
  const std::uint64_t whole = unit * partitions;  // one replica of every partition
  std::vector<claimant> by_zone(zones);
  std::vector<std::uint64_t> members(zones, 0);
  for (const weighed_node& node : nodes) {
    INVARIANT(node.weight > 0 && node.zone < zones);
    by_zone[node.zone].weight += node.weight;
    ++members[node.zone];
  }
  const bool few_zones = zones < placed;
  for (std::uint32_t z = 0; z < zones; ++z) {
    const std::uint64_t together = few_zones ? placed - zones + 1 : 1;
    by_zone[z].least = few_zones ? whole : 0;
    by_zone[z].most = whole * std::min(members[z], together);
  }
  const std::vector<std::uint64_t> zone_shares = divide(whole * placed, by_zone);

  std::vector<fair_share> shares(nodes.size());
  for (std::uint32_t z = 0; z < zones; ++z) {
    std::vector<claimant> inside;
    for (const weighed_node& node : nodes)
      if (node.zone == z) inside.push_back({node.weight, 0, whole});
    const std::vector<std::uint64_t> parts = divide(zone_shares[z], inside);
    std::size_t next = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i].zone != z) continue;
      const std::uint64_t part = parts[next++];
      shares[i] = {static_cast<std::uint32_t>(part / unit),
                   static_cast<std::uint32_t>((part + unit - 1) / unit)};
    }
  }
  return shares;
}

}  // namespace whorl::cluster
