#include "actors/entry_work.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace whorl::actors {
namespace {

// What is done costs about so many sketches looked at, by bench_matcher and bench_search.
constexpr std::size_t finger_cost = 40, precise_cost = 600;
constexpr std::size_t people_ahead = 64;

}  // namespace

void best_candidates::add(subject_id subject, std::uint32_t score) {
  if (score < floor_) return;
  best_.push_back({subject, subject, score});
  if (best_.size() < top_k_ * 4 + 16) return;
  sort_and_cut(best_, top_k_);
  if (!best_.empty()) floor_ = std::max<std::uint32_t>(1, best_.back().score);
}

result<std::vector<coarse_candidate>> best_candidates::take(const storage::partition_view& view) {
  sort_and_cut(best_, top_k_);
  for (coarse_candidate& each : best_) {
    WHORL_ASSIGN(each.identity, view.identity_of(each.subject));
  }
  return std::move(best_);
}

entry_work::entry_work(const storage::partition_view& view, const scan_job& job,
                       std::vector<sketch_pool::member> pool)
    : view_(view), job_(job), best_(job.top_k) {
  if (precise()) return;
  met_ = fingerprint::positions_met(*job.probe);
  coarse_.emplace(*job.probe);
  failed_ = list_people(std::move(pool));
}

status entry_work::list_people(std::vector<sketch_pool::member> pool) {
  const auto list = [&](subject_id subject, byte_view) {
    people_.push_back({subject, storage::no_place, 0});
    return true;
  };
  if (job_.after_seq != 0) return view_.visit(job_.after_seq, list);
  WHORL_TRY(view_.visit_unplaced(list));
  std::unordered_set<std::uint64_t> listed;
  for (const sketch_pool::member& each : people_) listed.insert(each.subject.value);
  std::erase_if(pool, [&](const auto& each) { return listed.contains(each.subject.value); });
  people_.insert(people_.end(), pool.begin(), pool.end());
  return {};
}

status entry_work::announce() {
  for (; announced_ < std::min(people(), next_ + people_ahead); ++announced_)
    WHORL_TRY(view_.announce(precise() ? job_.candidates[announced_].subject
                                       : people_[announced_].subject));
  return {};
}

std::size_t entry_work::step() {
  failed_ = announce();
  const std::size_t at = next_++;
  if (failed_) failed_ = precise() ? score_precisely(job_.candidates[at]) : look(people_[at]);
  return precise() ? precise_cost + limits::fingers_max * finger_cost
                   : (met_.count() - 1) * finger_cost;
}

status entry_work::look(const sketch_pool::member& person) {
  WHORL_ASSIGN(const auto entry, view_.entry(person.subject, person.place));
  // Whoever has sketches in this view has an entry in it, unless a row has lost its key.
  if (!entry && job_.after_seq == 0)
    return make_error(errc::corrupt,
                      "record " + to_string(person.subject) +
                          ": sketches without a search entry: rebuild the partition");
  if (entry) best_.add(person.subject, job_.matcher->coarse(*job_.probe, *coarse_, met_, *entry));
  return {};
}

status entry_work::score_precisely(const coarse_candidate& person) {
  WHORL_ASSIGN(const auto entry, view_.entry(person.subject));
  if (!entry) return {};  // deleted between the rounds: never returned (promise 8)
  fingerprint::person_score score = job_.matcher->precise(*job_.probe, *entry);
  scored_.push_back({person.subject, person.identity, score.fused, score.fingers_compared,
                     score.reordered, std::move(score.sequence)});
  return {};
}

status entry_work::finish(scan_outcome& outcome) {
  WHORL_TRY(failed_);
  outcome.scored = std::move(scored_);
  if (!precise()) {
    WHORL_ASSIGN(outcome.coarse, best_.take(view_));
  }
  return {};
}

}  // namespace whorl::actors
