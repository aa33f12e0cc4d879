#include "tests/cluster/chaos/fault_plan.hpp"

#include <algorithm>
#include <random>

namespace whorl::chaos {
namespace {

/// The library's distributions differ between libraries; a seed is to mean the same everywhere.
std::int64_t drawn(std::mt19937_64& random, std::int64_t least, std::int64_t most) {
  return least + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most - least + 1));
}

std::int64_t length_of(fault_kind kind, std::mt19937_64& random) {
  // An exchange that is gone stops everything: as long as a service manager takes.
  return kind == fault_kind::exchange_killed ? drawn(random, 300, 2'500)
                                             : drawn(random, 2'500, 8'000);
}

std::size_t target_of(const plan_settings& how, fault_kind kind, std::mt19937_64& random) {
  const std::uint64_t draw = random();
  if (kind == fault_kind::node_full) return how.full_node;
  if (victim_of(kind) == victim::exchange) return 0;
  return draw % (victim_of(kind) == victim::node ? how.nodes : how.servers);
}

}  // namespace

std::string_view to_string(fault_kind kind) {
  switch (kind) {
    case fault_kind::node_killed:
      return "node_killed";
    case fault_kind::node_emptied:
      return "node_emptied";
    case fault_kind::node_frozen:
      return "node_frozen";
    case fault_kind::node_full:
      return "node_full";
    case fault_kind::node_cut_off:
      return "node_cut_off";
    case fault_kind::node_unheard:
      return "node_unheard";
    case fault_kind::node_deaf:
      return "node_deaf";
    case fault_kind::exchange_killed:
      return "exchange_killed";
    case fault_kind::server_killed:
      return "server_killed";
    case fault_kind::server_frozen:
      break;
  }
  return "server_frozen";
}

victim victim_of(fault_kind kind) {
  if (kind == fault_kind::exchange_killed) return victim::exchange;
  if (kind == fault_kind::server_killed || kind == fault_kind::server_frozen) return victim::server;
  return victim::node;
}

std::vector<fault> draw_plan(const plan_settings& how, std::span<const fault_kind> kinds) {
  std::vector<fault> out;
  std::mt19937_64 random(how.seed);
  std::vector<fault_kind> round;
  std::int64_t free_at = how.quiet_ms;  // of every fault so far
  while (!kinds.empty()) {
    if (round.empty()) {
      round.assign(kinds.begin(), kinds.end());
      for (std::size_t i = round.size() - 1; i > 0; --i)
        std::swap(round[i], round[random() % (i + 1)]);
    }
    fault next;
    next.kind = round.back();
    round.pop_back();
    next.target = target_of(how, next.kind, random);
    const std::int64_t lasts = length_of(next.kind, random);
    const bool together = random() % 3 == 0;
    const std::int64_t pause = drawn(random, 2'500, 6'000);
    next.begin_ms = free_at + (out.empty() ? 0 : pause);
    if (together && !out.empty() && victim_of(out.back().kind) != victim_of(next.kind) &&
        (out.size() == 1 || out[out.size() - 2].end_ms < out.back().begin_ms))
      next.begin_ms = drawn(random, out.back().begin_ms, out.back().end_ms);
    next.end_ms = next.begin_ms + lasts;
    if (next.end_ms > how.length_ms) break;
    free_at = std::max(free_at, next.end_ms);
    out.push_back(next);
  }
  return out;
}

}  // namespace whorl::chaos
