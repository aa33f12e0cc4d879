// Any order of replies, failures, losses, hedges and new views: what a fan-out always keeps.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <random>

#include "actors/cluster/fan_out_core.hpp"

using namespace whorl;
using namespace whorl::actors;

namespace {

constexpr std::uint64_t tail_wanted = 20;

/// Drawn from a seed: what is found is not made smaller, which might take for ever.
std::mt19937_64 drawn;
std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(drawn() % limit); }
bool chance(std::uint32_t of) { return below(of) == 0; }

search_view any_view(std::uint32_t partitions) {
  search_view view{partitions, {}};
  for (std::uint32_t index = 0; index < partitions; ++index)
    for (int node = 0; node < 5; ++node)
      if (chance(2))
        view.places[{gallery_kind::criminal, index}].push_back(
            {"node-" + std::to_string(node), chance(4)});
  return view;
}

/// What the gallery holds: the same on every node.
std::vector<coarse_candidate> any_gallery() {
  std::vector<coarse_candidate> all;
  for (std::uint64_t id = 1; id <= 30; ++id)
    if (chance(2)) all.push_back({{id}, {id}, below(6)});
  return all;
}

/// A cluster that answers a round in any order, and what it has been asked.
struct any_cluster {
  std::uint32_t partitions = 1 + below(7);
  std::vector<coarse_candidate> gallery = any_gallery();
  search_view view = any_view(partitions);
  node_loads loads{{"node-1", below(9)}, {"node-4", below(9)}};
  const node_loads loads_before = loads;
  bool first_round = chance(2);
  round_request request = first_round ? round_request(first()) : round_request(second());
  fan_out_round round{request, partitions, 1000};
  std::map<std::uint64_t, fan_out_ask> sent;
  std::map<std::string, std::set<std::uint32_t>> asked;  ///< by node
  std::vector<std::uint64_t> open;

  round_one_request first() const {
    round_one_request out;
    for (std::uint32_t index = 0; index < partitions; ++index)
      if (!chance(4)) out.partitions.push_back(index);
    out.tail_seq = tail_wanted;
    out.top_k = 1 + below(12);
    return out;
  }
  round_two_request second() const {
    round_two_request out;
    out.candidates = gallery;
    return out;
  }
  std::set<std::uint32_t> wanted(const round_request& of) const {
    std::set<std::uint32_t> out;
    if (const auto* one = std::get_if<round_one_request>(&of))
      out.insert(one->partitions.begin(), one->partitions.end());
    else
      for (const auto& c : std::get<round_two_request>(of).candidates)
        out.insert(partition_of(c.subject, partitions));
    return out;
  }
  void note(fan_out_asks asks) {
    for (fan_out_ask& ask : asks) {
      const auto parts = wanted(ask.request);
      RC_ASSERT(!parts.empty());
      for (const std::uint32_t index : parts)  // nobody is asked twice for the same
        RC_ASSERT(asked[ask.node].insert(index).second);
      RC_ASSERT(ask.ticket >= 1000);
      RC_ASSERT(ask.ticket < 1000 + fan_out_round::tickets_max);
      open.push_back(ask.ticket);
      RC_ASSERT(sent.emplace(ask.ticket, std::move(ask)).second);
    }
  }
  /// What a node's shard says: some partitions missing or behind, the others' best cut together.
  scan_outcome answer(const fan_out_ask& ask) const {
    scan_outcome out;
    std::set<std::uint32_t> looked;
    for (const std::uint32_t index : wanted(ask.request)) {
      const partition_id which{gallery_kind::criminal, index};
      if (chance(5))
        out.missing.push_back({which, "gone"});
      else if (first_round && chance(6))
        out.coverage.push_back({which, 1, tail_wanted - 1, 5});
      else
        looked.insert(index);
    }
    for (const std::uint32_t index : looked)
      if (first_round)
        out.coverage.push_back({{gallery_kind::criminal, index}, 1, tail_wanted + below(2), 5});
    for (const auto& c : gallery) {
      if (!looked.contains(partition_of(c.subject, partitions))) continue;
      if (first_round)
        out.coarse.push_back(c);
      else
        out.scored.push_back({c.subject, c.identity, c.score, 10, 0, {}});
    }
    if (const auto* one = std::get_if<round_one_request>(&ask.request))
      sort_and_cut(out.coarse, one->top_k);
    return out;
  }
  std::uint64_t take_any_ticket() {
    const std::size_t at = below(static_cast<std::uint32_t>(open.size()));
    const std::uint64_t ticket = open[at];
    if (!chance(5)) open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));  // else: twice
    return ticket;
  }
  void hedge() {
    fan_out_asks asks = round.hedge(view, loads);
    for (const fan_out_ask& ask : asks)
      for (const std::uint32_t index : wanted(ask.request)) {
        const auto& places = view.places.at({gallery_kind::criminal, index});
        RC_ASSERT(std::ranges::count(places, search_place{ask.node, false}) == 1);
      }
    note(std::move(asks));
  }
  void step() {
    switch (below(8)) {
      case 0:
        return hedge();
      case 1:
        view = any_view(partitions);
        return;
      case 2:
        return note(round.on_node_lost("node-" + std::to_string(below(5)), view, loads));
      case 3:
        return note(round.on_failure(take_any_ticket(), "broken", view, loads));
      default: {
        const std::uint64_t ticket = take_any_ticket();
        return note(round.on_reply(ticket, answer(sent.at(ticket)), view, loads));
      }
    }
  }
  void run() {
    note(round.start(view, loads));
    while (!round.complete()) {
      RC_ASSERT(!open.empty());  // else nobody would ever end it
      step();
    }
    // Late ones, and whoever gives up the rest.
    while (!open.empty() && !chance(6)) step();
    round.close(loads);
  }
};

std::vector<coarse_candidate> sorted(std::vector<coarse_candidate> all) {
  sort_and_cut(all, all.size());
  return all;
}

}  // namespace

TEST_CASE("fan-out: each partition is answered or missing, once, as of one shard (any order)") {
  CHECK(rc::check([](std::uint64_t seed) {
    drawn.seed(seed);
    any_cluster c;
    c.run();
    for (auto& [node, load] : c.loads) {
      const auto before = c.loads_before.find(node);
      RC_ASSERT(load == (before == c.loads_before.end() ? 0 : before->second));
    }
    std::vector<std::uint32_t> told;
    std::set<std::uint32_t> missing;
    const auto gone = c.first_round ? c.round.round_one().missing : c.round.round_two().missing;
    for (const missing_entry& m : gone) {
      RC_ASSERT(!m.reason.empty());
      missing.insert(m.partition.index);
      told.push_back(m.partition.index);
    }
    const auto wanted = c.wanted(c.request);
    std::vector<coarse_candidate> expected, got;
    for (const auto& each : c.gallery) {
      const std::uint32_t home = partition_of(each.subject, c.partitions);
      if (wanted.contains(home) && !missing.contains(home)) expected.push_back(each);
    }
    if (c.first_round) {
      for (const auto& entry : c.round.round_one().coverage) {
        RC_ASSERT(entry.applied_seq >= tail_wanted);
        told.push_back(entry.partition.index);
      }
      std::ranges::sort(told);
      RC_ASSERT(told == std::vector<std::uint32_t>(wanted.begin(), wanted.end()));
      sort_and_cut(expected, std::get<round_one_request>(c.request).top_k);
      got = c.round.round_one().candidates;
    } else {
      RC_ASSERT(missing.size() == told.size());
      for (const auto& s : c.round.round_two().candidates)
        got.push_back({s.subject, s.identity, s.fused});
      got = sorted(got);
      expected = sorted(expected);
    }
    RC_ASSERT(got == expected);
  }));
}
