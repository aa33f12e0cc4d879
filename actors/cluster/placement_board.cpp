#include "actors/cluster/placement_board.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>

#include "messages/invariant.hpp"

namespace whorl::cluster {

placement_board::placement_board(std::span<const node_place> nodes, gallery_kind gallery,
                                 std::uint32_t partition_count, std::uint32_t replicas)
    : nodes_(nodes),
      gallery_(gallery),
      wanted_(std::min(replicas, static_cast<std::uint32_t>(nodes.size()))),
      load_(nodes.size(), 0),
      holders_(partition_count),
      kept_(partition_count) {
  std::map<std::string, std::uint32_t> zones;
  for (const node_place& node : nodes) {
    // No zone is called like this: '/' is not allowed in names.
    const std::string zone = node.zone.empty() ? "/" + node.name : node.zone;
    const auto at = zones.emplace(zone, static_cast<std::uint32_t>(zones.size())).first;
    weighed_.push_back({node.weight, at->second});
    index_.emplace(node.name, static_cast<node_index>(index_.size()));
  }
  INVARIANT(index_.size() == nodes.size());
  zones_ = static_cast<std::uint32_t>(zones.size());
  shares_ = fair_shares(weighed_, zones_, partition_count, replicas);
  costs_.reserve(std::size_t{partition_count} * nodes.size());
  std::vector<std::uint64_t> hashes;
  for (const node_place& node : nodes) hashes.push_back(hash_of_name(node.name));
  for (std::uint32_t p = 0; p < partition_count; ++p)
    for (const std::uint64_t hash : hashes)
      costs_.push_back(static_cast<std::uint32_t>(claim_of(hash, {gallery, p}, 1).cost - 1));
}

claim placement_board::claim_on(std::uint32_t partition, node_index node) const {
  const std::size_t at = std::size_t{partition} * nodes_.size() + node;
  return {std::uint64_t{costs_[at]} + 1, nodes_[node].weight};
}

/// Equal claims go by the order of names.
bool placement_board::better(std::uint32_t partition, node_index a, node_index b) const {
  const claim of_a = claim_on(partition, a), of_b = claim_on(partition, b);
  if (stronger(of_a, of_b)) return true;
  return !stronger(of_b, of_a) && a < b;
}

bool placement_board::holds(std::uint32_t partition, node_index node) const {
  const auto& holders = holders_[partition];
  return std::find(holders.begin(), holders.end(), node) != holders.end();
}

std::size_t placement_board::in_zone(std::uint32_t partition, std::uint32_t zone) const {
  const auto& holders = holders_[partition];
  return static_cast<std::size_t>(std::count_if(
      holders.begin(), holders.end(), [&](node_index n) { return weighed_[n].zone == zone; }));
}

std::size_t placement_board::zones_of(std::uint32_t partition) const {
  std::set<std::uint32_t> zones;
  for (const node_index node : holders_[partition]) zones.insert(weighed_[node].zone);
  return zones.size();
}

void placement_board::take_off(std::uint32_t partition, node_index node) {
  std::erase(holders_[partition], node);
  --load_[node];
}

void placement_board::put_on(std::uint32_t partition, node_index node) {
  holders_[partition].push_back(node);
  ++load_[node];
}

/// No partition gets into fewer zones by a move.
bool placement_board::may_move(const step& s) const {
  if (holds(s.partition, s.to)) return false;
  const std::uint32_t from = weighed_[s.from].zone, to = weighed_[s.to].zone;
  return from == to || in_zone(s.partition, to) == 0 || in_zone(s.partition, from) > 1;
}

void placement_board::move(const step& s) {
  take_off(s.partition, s.from);
  put_on(s.partition, s.to);
}

void placement_board::keep(std::uint32_t partition, std::span<const std::string> nodes) {
  for (const std::string& name : nodes) {
    const auto found = index_.find(name);
    if (found != index_.end() && !holds(partition, found->second)) put_on(partition, found->second);
  }
}

/// While a replica moves both its nodes are kept: takes off the node that is furthest over its
/// share, one whose zone has another first.
void placement_board::trim(std::uint32_t partition) {
  while (holders_[partition].size() > wanted_) {
    std::optional<node_index> victim;
    const auto rank = [&](node_index n) {
      const bool spare_zone = in_zone(partition, weighed_[n].zone) > 1;
      return std::pair(spare_zone, std::int64_t{load_[n]} - shares_[n].most);
    };
    for (const node_index n : holders_[partition]) {
      if (!victim || rank(n) > rank(*victim) ||
          (rank(n) == rank(*victim) && better(partition, *victim, n)))
        victim = n;
    }
    take_off(partition, *victim);
  }
}

/// Takes off what shares a zone although there are zones without one.
void placement_board::spread(std::uint32_t partition) {
  auto& holders = holders_[partition];
  while (zones_of(partition) < std::min<std::size_t>(holders.size(), zones_)) {
    std::optional<node_index> victim;
    for (const node_index n : holders) {
      if (in_zone(partition, weighed_[n].zone) > 1 && (!victim || better(partition, *victim, n)))
        victim = n;
    }
    take_off(partition, *victim);
  }
}

/// The strongest claim among those in a zone that has none, below their least, with room: in this
/// order of importance.
void placement_board::fill(std::uint32_t partition) {
  while (holders_[partition].size() < wanted_) {
    std::optional<node_index> best;
    const auto rank = [&](node_index n) {
      const int room = below(n) ? 2 : has_room(n) ? 1 : 0;
      return std::pair(in_zone(partition, weighed_[n].zone) == 0, room);
    };
    for (node_index n = 0; n < nodes_.size(); ++n) {
      if (holds(partition, n)) continue;
      if (!best || rank(n) > rank(*best) || (rank(n) == rank(*best) && better(partition, n, *best)))
        best = n;
    }
    put_on(partition, *best);
  }
}

void placement_board::settle() {
  const auto partitions = static_cast<std::uint32_t>(holders_.size());
  for (std::uint32_t p = 0; p < partitions; ++p) trim(p);
  for (std::uint32_t p = 0; p < partitions; ++p) spread(p);
  kept_ = holders_;
  for (std::uint32_t p = 0; p < partitions; ++p) fill(p);
  level();
}

/// Filled just now: moving it on is no further copy.
bool placement_board::fresh(std::uint32_t partition, node_index node) const {
  const auto& kept = kept_[partition];
  return std::find(kept.begin(), kept.end(), node) == kept.end();
}

/// Ends: each move takes one off what nodes are over or below their shares by, and adds to neither.
/// What was filled just now is moved first, the rest only where that is not enough.
void placement_board::level() {
  for (const bool fresh_only : {true, false}) {
    for (node_index n = 0; n < nodes_.size(); ++n)
      while (over(n) && relieve(n, fresh_only)) continue;
    for (node_index n = 0; n < nodes_.size(); ++n)
      while (below(n) && feed(n, fresh_only)) continue;
  }
}

/// Moves one replica off `node`, to where the claim is strongest.
bool placement_board::relieve(node_index node, bool fresh_only) {
  std::optional<step> best;
  const auto wins = [&](const step& s) {
    if (!best || below(s.to) != below(best->to)) return !best || below(s.to);
    const claim a = claim_on(s.partition, s.to), b = claim_on(best->partition, best->to);
    return stronger(a, b);
  };
  for (std::uint32_t p = 0; p < holders_.size(); ++p) {
    if (!holds(p, node) || (fresh_only && !fresh(p, node))) continue;
    for (node_index to = 0; to < nodes_.size(); ++to) {
      const step s{p, node, to};
      if (has_room(to) && wins(s) && may_move(s)) best = s;
    }
  }
  if (best) return move(*best), true;
  return chain([node](node_index n) { return n == node; },
               [this](node_index n) { return has_room(n); }, fresh_only);
}

/// Moves one replica to `node`: the one it has the strongest claim on, from the fullest that can
/// spare it.
bool placement_board::feed(node_index node, bool fresh_only) {
  std::optional<step> best;
  const auto wins = [&](const step& s) {
    if (!best) return true;
    const claim a = claim_on(s.partition, node), b = claim_on(best->partition, node);
    if (s.partition != best->partition) return stronger(a, b);
    return load_[s.from] - shares_[s.from].least > load_[best->from] - shares_[best->from].least;
  };
  for (std::uint32_t p = 0; p < holders_.size(); ++p) {
    for (const node_index from : holders_[p]) {
      const step s{p, from, node};
      if (from == node || !spares(from) || (fresh_only && !fresh(p, from))) continue;
      if (wins(s) && may_move(s)) best = s;
    }
  }
  if (best) return move(*best), true;
  return chain([this](node_index n) { return spares(n); },
               [node](node_index n) { return n == node; }, fresh_only);
}

/// Where no single move helps: the shortest row of moves, each of another partition, that takes one
/// replica off a node which gives and adds one to a node which takes (breadth first).
bool placement_board::chain(const node_test& gives, const node_test& takes, bool fresh_only) {
  std::vector<std::optional<step>> reached(nodes_.size());
  std::deque<node_index> open;
  for (node_index n = 0; n < nodes_.size(); ++n) {
    if (!gives(n)) continue;
    reached[n] = step{0, n, n};
    open.push_back(n);
  }
  while (!open.empty()) {
    const node_index from = open.front();
    open.pop_front();
    for (std::uint32_t p = 0; p < holders_.size(); ++p) {
      if (!holds(p, from) || (fresh_only && !fresh(p, from))) continue;
      for (node_index to = 0; to < nodes_.size(); ++to) {
        if (reached[to] || !may_move({p, from, to})) continue;
        reached[to] = step{p, from, to};
        open.push_back(to);
        if (!takes(to)) continue;
        std::vector<step> row;
        std::set<std::uint32_t> partitions;
        for (step s = *reached[to]; s.from != s.to; s = *reached[s.from]) {
          row.push_back(s);
          partitions.insert(s.partition);
        }
        if (partitions.size() != row.size()) continue;  // they would change each other's rules
        for (const step& s : row) move(s);
        return true;
      }
    }
  }
  return false;
}

std::vector<std::string> placement_board::nodes_of(std::uint32_t partition) const {
  std::vector<node_index> order = holders_[partition];
  std::sort(order.begin(), order.end(),
            [&](node_index a, node_index b) { return better(partition, a, b); });
  std::vector<std::string> names;
  for (const node_index n : order) names.push_back(nodes_[n].name);
  return names;
}

}  // namespace whorl::cluster
