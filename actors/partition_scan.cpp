#include "actors/partition_scan.hpp"

#include <algorithm>
#include <array>

#include "fingerprint/slab.hpp"

namespace whorl::actors {
namespace {

constexpr std::size_t index_gain = 8;  ///< by which asking an index is faster than a scan

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
    if (state.job->round == 1 && state.job->after_seq == 0) {
      state.sketches = fingerprint::make_scan_probe(*state.job->probe);
      const std::size_t minutiae = state.sketches->minutiae();
      state.pool = sketch_pool(fingerprint::pool_people(minutiae));
      state.aligned = sketch_pool(fingerprint::aligned_people(minutiae));
      if (!segments_.empty() && state.sketches->anywhere.empty())
        state.index = fingerprint::make_index_probe(state.sketches->placed);
      state.indexed = fingerprint::index_suits(state.index);
      state.from = state.indexed ? slab_after(segments_) : 0;
      any_indexed = any_indexed || state.indexed;
      next_slab_ = std::min(next_slab_, state.from);
      slabs_done_ = false;
    }
    probes_.push_back(std::move(state));
  }
  if (!any_indexed) next_segment_ = segments_.size();
}

void partition_scan::step(std::size_t budget, const finished& done) {
  for (std::size_t spent = 0; spent < budget && !over();)
    spent += next_segment_ < segments_.size() ? ask_index()
             : slabs_done_                    ? go_on(probes_[next_job_], done)
                                              : scan_slabs(budget - spent);
}

/// Those with sketches that somebody still waits for.
std::vector<partition_scan::probe_state*> partition_scan::scanning() {
  std::vector<probe_state*> out;
  if (!view_) return out;
  for (probe_state& each : probes_)
    if (each.sketches && wanted(*each.job)) out.push_back(&each);
  return out;
}

/// One segment, for every probe that indexes suit.
std::size_t partition_scan::ask_index() {
  const index_segment& segment = *segments_[next_segment_++];
  std::size_t spent = 0;
  for (probe_state* const each : scanning()) {
    if (!each->indexed) continue;
    const status asked =
        propose(**view_, segment, each->sketches->placed, each->index, scratch_, each->pool);
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
      fingerprint::score_slab(*each->sketches, slab.slab, scores);
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

/// A part of a job's own work, or its end.
std::size_t partition_scan::go_on(probe_state& state, const finished& done) {
  const bool given_up = !wanted(*state.job);
  if (!given_up && view_ && (!state.sketches || failed_)) {
    if (state.sketches && !state.alignment)
      state.alignment = std::make_unique<alignment_work>(**view_, *state.sketches,
                                                         state.pool.take(), state.aligned);
    if (state.alignment && !state.alignment->over()) return state.alignment->step();
    if (!state.work && (!state.alignment || state.alignment->failed())) return begin_work(state);
    if (state.work && !state.work->over()) return state.work->step();
  }
  done(next_job_++, given_up ? missing("the search was given up") : outcome_of(state));
  state.work.reset();
  state.alignment.reset();
  return 1;
}

/// What it cost, in sketches looked at.
std::size_t partition_scan::begin_work(probe_state& state) {
  state.work = std::make_unique<entry_work>(**view_, *state.job, state.aligned.take());
  return fingerprint::slab_people + state.work->people();
}

scan_outcome partition_scan::outcome_of(probe_state& state) {
  if (!view_) return missing(view_.error());
  if (state.sketches && !failed_) return missing(failed_.error());
  if (state.alignment && !state.alignment->failed())
    return missing(state.alignment->failed().error());
  scan_outcome outcome;
  outcome.coverage.push_back({partition_.id(), 1, applied_seq_, (*view_)->people()});
  const status done = state.work->finish(outcome);
  return done ? outcome : missing(done.error());
}

scan_outcome partition_scan::missing(const error& why) {
  if (why.code == errc::corrupt) damaged_ = why;
  return missing(why.message);
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
