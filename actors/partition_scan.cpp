#include "actors/partition_scan.hpp"

#include <algorithm>
#include <array>

#include "fingerprint/coarse.hpp"
#include "fingerprint/slab.hpp"

namespace whorl::actors {
namespace {

using storage::no_place;

// What else is done costs about so many sketches looked at, by bench_matcher and bench_search.
constexpr std::size_t entry_cost = 8, precise_cost = 600;
constexpr std::size_t index_gain = 8;  ///< by which asking an index is faster than a scan

/// The best so far. The worst kept score is remembered, so that most records cost one comparison
/// and no sorting. Identities are found for those alone that are kept in the end.
class best_candidates {
 public:
  explicit best_candidates(std::size_t top_k) : top_k_(top_k) {}
  void add(subject_id subject, std::uint32_t score) {
    if (score < floor_) return;
    best_.push_back({subject, subject, score});
    if (best_.size() < top_k_ * 4 + 16) return;
    sort_and_cut(best_, top_k_);
    if (!best_.empty()) floor_ = std::max<std::uint32_t>(1, best_.back().score);
  }
  result<std::vector<coarse_candidate>> take(const storage::partition_view& view) {
    sort_and_cut(best_, top_k_);
    for (coarse_candidate& each : best_) {
      WHORL_ASSIGN(each.identity, view.identity_of(each.subject));
    }
    return std::move(best_);
  }

 private:
  std::size_t top_k_;
  std::uint32_t floor_ = 1;
  std::vector<coarse_candidate> best_;
};

}  // namespace

partition_scan::partition_scan(const storage::gallery_partition& partition,
                               std::uint64_t applied_seq, std::vector<scan_job_ptr> jobs,
                               index_segments segments)
    : partition_(partition),
      applied_seq_(applied_seq),
      view_(partition.view()),
      segments_(std::move(segments)) {
  bool any_indexed = false;
  next_slab_ = slab_after(segments_);
  slabs_done_ = true;
  for (scan_job_ptr& job : jobs) {
    probe_state state;
    state.job = std::move(job);
    if (state.job->round == 1 && state.job->after_seq == 0)
      state.sketches = fingerprint::sketches_to_scan(*state.job->probe);
    if (!state.sketches.empty())
      state.pool = sketch_pool(fingerprint::pool_people(state.sketches.size()));
    if (!segments_.empty()) state.index = fingerprint::make_index_probe(state.sketches);
    state.indexed = fingerprint::index_suits(state.index);
    if (state.indexed) {
      any_indexed = true;
      state.from = slab_after(segments_);
    } else if (!state.sketches.empty()) {
      next_slab_ = 0;
    }
    slabs_done_ = slabs_done_ && state.sketches.empty();
    probes_.push_back(std::move(state));
  }
  if (!any_indexed) next_segment_ = segments_.size();
}

void partition_scan::step(std::size_t budget, const finished& done) {
  for (std::size_t spent = 0; spent < budget && !over();)
    spent += next_segment_ < segments_.size() ? ask_index()
             : slabs_done_                    ? end_job(probes_[next_job_++], done)
                                              : scan_slabs(budget - spent);
}

/// Those with sketches that somebody still waits for.
std::vector<partition_scan::probe_state*> partition_scan::scanning() {
  std::vector<probe_state*> out;
  if (!view_) return out;
  for (probe_state& each : probes_)
    if (!each.sketches.empty() && wanted(*each.job)) out.push_back(&each);
  return out;
}

/// One segment, for every probe that indexes suit.
std::size_t partition_scan::ask_index() {
  const index_segment& segment = *segments_[next_segment_++];
  std::size_t spent = 0;
  for (probe_state* const each : scanning()) {
    if (!each->indexed) continue;
    const status asked =
        propose(**view_, segment, each->sketches, each->index, scratch_, each->pool);
    if (!asked) failed_ = asked;
    spent += segment.index.people() / index_gain;
  }
  return spent;
}

/// A slab stays in the processor's cache while every probe is scored against it.
std::size_t partition_scan::scan_slabs(std::size_t budget) {
  const auto probes = scanning();
  slabs_done_ = true;
  if (probes.empty()) return 0;
  std::array<std::uint32_t, fingerprint::slab_people> scores;
  std::size_t spent = 0;
  const status looked = (*view_)->visit_slabs(next_slab_, [&](const storage::slab_view& slab) {
    if (spent >= budget) {
      next_slab_ = slab.number;
      slabs_done_ = false;
      return false;
    }
    const storage::sketch_place first = slab.number * fingerprint::slab_people;
    for (probe_state* const each : probes) {
      if (slab.number < each->from) continue;
      fingerprint::score_slab(each->sketches, slab.slab, scores);
      for (std::size_t i = 0; i < scores.size(); ++i)
        if (scores[i] >= each->pool.floor() && slab.subject(i) != subject_id{})
          each->pool.add({slab.subject(i), first + i, scores[i]});
      spent += scores.size();
    }
    return true;
  });
  if (!looked) failed_ = looked;
  return spent;
}

std::size_t partition_scan::end_job(probe_state& state, const finished& done) {
  const bool precise = state.job->round == 2;
  scan_outcome outcome = wanted(*state.job) ? run(state) : missing("the search was given up");
  done(static_cast<std::size_t>(&state - probes_.data()), std::move(outcome));
  return precise ? state.job->candidates.size() * precise_cost : state.pool.room() * entry_cost;
}

scan_outcome partition_scan::run(probe_state& state) const {
  if (!view_) return missing(view_.error().message);
  scan_outcome outcome;
  outcome.coverage.push_back({partition_.id(), 1, applied_seq_, (*view_)->people()});
  const status done = !failed_                  ? failed_
                      : state.job->round == 2   ? score_precisely(*state.job, outcome)
                      : !state.sketches.empty() ? look_in_pool(state, outcome)
                                                : look_at_entries(*state.job, outcome);
  return done ? outcome : missing(done.error().message);
}

status partition_scan::look_in_pool(probe_state& state, scan_outcome& outcome) const {
  const storage::partition_view& view = **view_;
  WHORL_TRY(view.visit_tail([&](subject_id subject, byte_view row) {
    state.pool.add({subject, no_place, fingerprint::score_row(state.sketches, row)});
    return true;
  }));
  const fingerprint::coarse_scan scan(*state.job->probe);
  best_candidates best(state.job->top_k);
  for (const sketch_pool::member& each : state.pool.take()) {
    WHORL_ASSIGN(const auto entry, view.entry(each.subject, each.place));
    // Prints of unknown position are looked at below, whatever the other fingers say.
    if (entry && !fingerprint::finger_of(*entry, 0)) best.add(each.subject, scan.score_all(*entry));
  }
  WHORL_TRY(view.visit_unplaced([&](subject_id subject, byte_view entry) {
    best.add(subject, scan.score_all(entry));
    return true;
  }));
  WHORL_ASSIGN(outcome.coarse, best.take(view));
  return {};
}

status partition_scan::look_at_entries(const scan_job& job, scan_outcome& outcome) const {
  const fingerprint::coarse_scan scan(*job.probe);
  // As the pool's are scored, so that the two can be cut together.
  const bool all = !fingerprint::sketches_to_scan(*job.probe).empty();
  best_candidates best(job.top_k);
  WHORL_TRY((*view_)->visit(job.after_seq, [&](subject_id subject, byte_view entry) {
    best.add(subject, all ? scan.score_all(entry) : scan.score(entry));
    return true;
  }));
  WHORL_ASSIGN(outcome.coarse, best.take(**view_));
  return {};
}

status partition_scan::score_precisely(const scan_job& job, scan_outcome& outcome) const {
  for (const coarse_candidate& c : job.candidates) {
    WHORL_ASSIGN(const auto entry, (*view_)->entry(c.subject));
    if (!entry) continue;  // deleted between the rounds: never returned (promise 8)
    fingerprint::person_score score = fingerprint::precise_score(*job.probe, *entry);
    outcome.scored.push_back({c.subject, c.identity, score.fused, score.fingers_compared,
                              score.reordered, std::move(score.sequence)});
  }
  return {};
}

scan_outcome partition_scan::missing(std::string reason) const {
  scan_outcome outcome;
  outcome.missing.push_back({partition_.id(), std::move(reason)});
  return outcome;
}

scan_outcome run_job(const storage::gallery_partition& partition, std::uint64_t applied_seq,
                     const scan_job& job) {
  partition_scan scan(partition, applied_seq, {std::make_shared<const scan_job>(job)});
  scan_outcome all;
  while (!scan.over())
    scan.step(1, [&](std::size_t, scan_outcome outcome) { all = std::move(outcome); });
  return all;
}

}  // namespace whorl::actors
