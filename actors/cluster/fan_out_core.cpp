#include "actors/cluster/fan_out_core.hpp"

#include <algorithm>
#include <cmath>

#include "messages/invariant.hpp"

namespace whorl::actors {
namespace {

std::set<std::uint32_t> partitions_of(const round_request& request, std::uint32_t count) {
  std::set<std::uint32_t> all;
  if (const auto* one = std::get_if<round_one_request>(&request))
    all.insert(one->partitions.begin(), one->partitions.end());
  else
    for (const coarse_candidate& c : std::get<round_two_request>(request).candidates)
      all.insert(partition_of(c.subject, count));
  return all;
}

/// Whether `reply` says that it has looked at all of a partition.
bool covers(const round_request& request, partition_id which, const scan_outcome& reply) {
  if (const auto* one = std::get_if<round_one_request>(&request))
    return std::ranges::any_of(reply.coverage, [&](const coverage_entry& c) {
      return c.partition == which && c.applied_seq >= one->tail_seq;
    });
  return std::ranges::none_of(reply.missing,
                              [&](const missing_entry& m) { return m.partition == which; });
}

/// What a node says goes into messages of ours, which have limits.
std::string cut(std::string text) {
  constexpr std::size_t most = 200;
  if (text.size() > most) text.resize(most);
  return text;
}

std::string reason_in(partition_id which, const scan_outcome& reply, const std::string& node) {
  for (const missing_entry& m : reply.missing)
    if (m.partition == which) return node + ": " + cut(m.reason);
  return node + ": behind the search's tail";
}

}  // namespace

fan_out_round::fan_out_round(round_request request, std::uint32_t partition_count,
                             std::uint64_t first_ticket)
    : request_(std::move(request)), partition_count_(partition_count), next_ticket_(first_ticket) {
  for (const std::uint32_t index : partitions_of(request_, partition_count)) parts_[index];
  unanswered_ = parts_.size();
  if (const auto* two = std::get_if<round_two_request>(&request_))
    for (const coarse_candidate& c : two->candidates) unscored_.insert(c.subject);
}

search_id fan_out_round::search() const {
  return std::visit([](const auto& r) { return r.search; }, request_);
}

booking_id fan_out_round::booking() const {
  return std::visit([](const auto& r) { return r.what.booking; }, request_);
}

gallery_kind fan_out_round::gallery() const {
  return std::visit([](const auto& r) { return r.gallery; }, request_);
}

fan_out_asks fan_out_round::start(const search_view& view, node_loads& loads) {
  std::vector<std::uint32_t> all;
  for (const auto& [index, one] : parts_) all.push_back(index);
  return ask(all, view, loads);
}

const search_place* fan_out_round::choose(std::uint32_t partition, const search_view& view,
                                          const node_loads& loads) const {
  const auto found = view.places.find({gallery(), partition});
  if (found == view.places.end()) return nullptr;
  const auto load = [&](const search_place& p) {
    const auto at = loads.find(p.node);
    return at == loads.end() ? 0 : at->second;
  };
  const search_place* best = nullptr;
  for (const search_place& place : found->second) {
    if (parts_.at(partition).tried.contains(place.node)) continue;
    const bool better = best == nullptr || (best->last_resort && !place.last_resort) ||
                        (best->last_resort == place.last_resort && load(place) < load(*best));
    if (better) best = &place;
  }
  return best;
}

/// A partition without a place left that was not asked is over, once nobody works on it.
fan_out_asks fan_out_round::ask(const std::vector<std::uint32_t>& partitions,
                                const search_view& view, node_loads& loads) {
  std::map<std::string, std::vector<std::uint32_t>> by_node;
  for (const std::uint32_t index : partitions) {
    part& one = parts_.at(index);
    const search_place* place = choose(index, view, loads);
    if (place != nullptr) {
      one.tried.insert(place->node);
      extra_.last_resort = extra_.last_resort || place->last_resort;
      ++loads[place->node];
      by_node[place->node].push_back(index);
    } else if (one.open.empty()) {
      if (one.reason.empty()) one.reason = "no node that holds it can be asked";
      gathered_.missing.push_back({{gallery(), index}, one.reason});
      one.over = true;
      --unanswered_;
    }
  }
  fan_out_asks asks;
  for (auto& [node, indices] : by_node) {
    const std::uint64_t ticket = next_ticket_++;
    for (const std::uint32_t index : indices) parts_.at(index).open.insert(ticket);
    asks.push_back({ticket, node, part_of_request(indices)});
    open_.emplace(ticket, open_ask{node, std::move(indices)});
  }
  return asks;
}

fan_out_asks fan_out_round::ask_instead(const std::vector<std::uint32_t>& partitions,
                                        const search_view& view, node_loads& loads) {
  fan_out_asks asks = ask(partitions, view, loads);
  extra_.replacements += asks.size();
  return asks;
}

round_request fan_out_round::part_of_request(const std::vector<std::uint32_t>& partitions) const {
  if (const auto* one = std::get_if<round_one_request>(&request_)) {
    round_one_request out = *one;
    out.partitions = partitions;
    return out;
  }
  round_two_request out = std::get<round_two_request>(request_);
  std::erase_if(out.candidates, [&](const coarse_candidate& c) {
    return !std::ranges::binary_search(partitions, partition_of(c.subject, partition_count_));
  });
  return out;
}

/// Its question is not open any more. Returns its partitions that nobody has answered.
std::vector<std::uint32_t> fan_out_round::take(std::uint64_t ticket, node_loads& loads) {
  auto taken = open_.extract(ticket);
  if (!taken) return {};
  const open_ask& was = taken.mapped();
  std::uint64_t& load = loads[was.node];
  INVARIANT(load >= was.partitions.size());
  load -= was.partitions.size();
  std::vector<std::uint32_t> left;
  for (const std::uint32_t index : was.partitions) {
    parts_.at(index).open.erase(ticket);
    if (!parts_.at(index).over) left.push_back(index);
  }
  return left;
}

void fan_out_round::answer(std::uint32_t partition, const scan_outcome& reply) {
  const partition_id which{gallery(), partition};
  const auto here = [&](const auto& candidate) {
    return partition_of(candidate.subject, partition_count_) == partition;
  };
  for (const coverage_entry& c : reply.coverage)
    if (c.partition == which) {
      gathered_.coverage.push_back(c);
      break;
    }
  std::ranges::copy_if(reply.coarse, std::back_inserter(gathered_.coarse), here);
  // Of those that were asked for, each once.
  for (const scored_candidate& c : reply.scored)
    if (here(c) && unscored_.erase(c.subject) == 1) gathered_.scored.push_back(c);
  parts_.at(partition).over = true;
  --unanswered_;
}

fan_out_asks fan_out_round::on_reply(std::uint64_t ticket, const scan_outcome& reply,
                                     const search_view& view, node_loads& loads) {
  const auto asked = open_.find(ticket);
  if (asked == open_.end()) return {};
  const std::string node = asked->second.node;
  std::vector<std::uint32_t> again;
  for (const std::uint32_t index : take(ticket, loads)) {
    if (covers(request_, {gallery(), index}, reply)) {
      answer(index, reply);
    } else {
      parts_.at(index).reason = reason_in({gallery(), index}, reply, node);
      again.push_back(index);
    }
  }
  return ask_instead(again, view, loads);
}

fan_out_asks fan_out_round::on_failure(std::uint64_t ticket, const std::string& reason,
                                       const search_view& view, node_loads& loads) {
  const auto asked = open_.find(ticket);
  if (asked == open_.end()) return {};
  const std::string why = asked->second.node + ": " + cut(reason);
  const std::vector<std::uint32_t> again = take(ticket, loads);
  for (const std::uint32_t index : again) parts_.at(index).reason = why;
  return ask_instead(again, view, loads);
}

fan_out_asks fan_out_round::on_node_lost(const std::string& node, const search_view& view,
                                         node_loads& loads) {
  std::vector<std::uint64_t> lost;
  for (const auto& [ticket, asked] : open_)
    if (asked.node == node) lost.push_back(ticket);
  fan_out_asks asks;
  for (const std::uint64_t ticket : lost)
    std::ranges::move(on_failure(ticket, "the node was lost", view, loads),
                      std::back_inserter(asks));
  return asks;
}

fan_out_asks fan_out_round::hedge(const search_view& view, node_loads& loads) {
  std::vector<std::uint32_t> slow;
  for (const auto& [index, one] : parts_) {
    if (one.over || one.open.size() != 1) continue;
    // The exchange is slower than a slow node: all that is slow would come together there.
    const search_place* place = choose(index, view, loads);
    if (place != nullptr && !place->last_resort) slow.push_back(index);
  }
  fan_out_asks asks = ask(slow, view, loads);
  extra_.hedges += asks.size();
  return asks;
}

void fan_out_round::close(node_loads& loads) {
  while (!open_.empty()) take(open_.begin()->first, loads);
}

round_one_reply fan_out_round::round_one() const {
  round_one_reply reply{search(), gathered_.coverage, gathered_.missing, gathered_.coarse};
  sort_and_cut(reply.candidates, std::get<round_one_request>(request_).top_k);
  return reply;
}

round_two_reply fan_out_round::round_two() const {
  return {search(), gathered_.missing, gathered_.scored};
}

std::optional<std::string> fan_out_round::asked(std::uint64_t ticket) const {
  const auto found = open_.find(ticket);
  if (found == open_.end()) return std::nullopt;
  return found->second.node;
}

void latency_window::add(std::int64_t ms) {
  if (times_.size() < kept) {
    times_.push_back(ms);
  } else {
    times_[next_] = ms;
    next_ = (next_ + 1) % kept;
  }
}

std::int64_t latency_window::quantile(double share) const {
  if (times_.size() < 16) return -1;
  std::vector<std::int64_t> sorted = times_;
  const auto these =
      static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  const std::size_t at = std::clamp<std::size_t>(these, 1, sorted.size()) - 1;
  std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(at));
  return sorted[at];
}

scan_outcome outcome_of(const round_one_reply& reply) {
  scan_outcome out;
  out.coverage = reply.coverage;
  out.missing = reply.missing;
  out.coarse = reply.candidates;
  return out;
}

scan_outcome outcome_of(const round_two_reply& reply) {
  scan_outcome out;
  out.missing = reply.missing;
  out.scored = reply.candidates;
  return out;
}

}  // namespace whorl::actors
