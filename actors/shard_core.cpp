#include "actors/shard_core.hpp"

#include <algorithm>
#include <set>

#include "fingerprint/iso_template.hpp"
#include "messages/invariant.hpp"

namespace whorl::actors {

result<fingerprint::prepared_probe_ptr> prepare(const probe& what) {
  std::vector<fingerprint::print_template> prints;
  for (const probe_print& p : what.prints) {
    WHORL_ASSIGN(auto views, fingerprint::decode_iso(p.iso_record));
    for (auto& view : views) {
      if (view.finger_position == 0) view.finger_position = p.finger_position;
      prints.push_back(std::move(view));
    }
  }
  return fingerprint::prepare_probe(prints, what.hands_exchanged);
}

void sort_and_cut(std::vector<coarse_candidate>& candidates, std::size_t top_k) {
  auto better = [](const coarse_candidate& a, const coarse_candidate& b) {
    return a.score != b.score ? a.score > b.score : a.subject < b.subject;
  };
  const auto kept = std::min(top_k, candidates.size());
  std::partial_sort(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(kept),
                    candidates.end(), better);
  candidates.resize(kept);
}

gathering::gathering(const round_one_request& request, std::span<const std::uint32_t> local)
    : search_(request.search), gallery_(request.gallery), top_k_(request.top_k) {
  for (std::uint32_t index : request.partitions) {
    if (std::find(local.begin(), local.end(), index) == local.end()) {
      gathered_.missing.push_back({{gallery_, index}, "not on this node"});
      continue;
    }
    scan_job& job = job_for(index);
    job.tail_seq = request.tail_seq;
    job.after_seq = request.after_seq;
    job.top_k = request.top_k;
  }
  partitions_ = request.partitions.size();
}

gathering::gathering(const round_two_request& request, std::span<const std::uint32_t> local,
                     std::uint32_t partition_count)
    : search_(request.search), gallery_(request.gallery) {
  std::set<std::uint32_t> asked;
  for (const coarse_candidate& c : request.candidates) {
    const std::uint32_t index = partition_of(c.subject, partition_count);
    asked.insert(index);
    if (std::find(local.begin(), local.end(), index) == local.end()) {
      gathered_.missing.push_back({{gallery_, index}, "not on this node"});
      continue;
    }
    scan_job& job = job_for(index);
    job.round = 2;
    job.tail_seq = request.tail_seq;
    job.candidates.push_back(c);
  }
  partitions_ = asked.size();
}

scan_job& gathering::job_for(std::uint32_t partition) {
  scan_job& job = jobs_[partition];
  if (!job.watch) job.watch = std::make_shared<job_watch>();
  waiting_.emplace(partition, 0);
  return job;
}

void gathering::add(std::uint32_t partition, scan_outcome outcome) {
  INVARIANT(waits_for(partition));
  waiting_.erase(partition);
  auto append = [](auto& to, auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  append(gathered_.coverage, outcome.coverage);
  append(gathered_.missing, outcome.missing);
  append(gathered_.coarse, outcome.coarse);
  append(gathered_.scored, outcome.scored);
}

void gathering::fail(std::uint32_t partition, const std::string& reason) {
  scan_outcome outcome;
  outcome.missing.push_back({{gallery_, partition}, reason});
  add(partition, std::move(outcome));
  jobs_.at(partition).watch->given_up = true;
}

void gathering::give_up_idle() {
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    auto& [partition, before] = *it++;
    const std::uint64_t turns = jobs_.at(partition).watch->turns;
    if (turns == before)
      fail(partition, "its replica stands still");
    else
      before = turns;
  }
}

std::uint64_t gathering::work() const {
  std::uint64_t sum = 1 + jobs_.size() - waiting_.size();
  for (const auto& [partition, job] : jobs_) sum += job.watch->turns;
  return sum;
}

round_one_reply gathering::round_one() const {
  round_one_reply reply{search_, gathered_.coverage, gathered_.missing, gathered_.coarse};
  sort_and_cut(reply.candidates, top_k_);
  return reply;
}

round_two_reply gathering::round_two() const {
  return {search_, gathered_.missing, gathered_.scored};
}

}  // namespace whorl::actors
