#include "apps/bench_pipeline.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <thread>

#include "actors/sketch_pool.hpp"
#include "fingerprint/aligned.hpp"
#include "fingerprint/coarse.hpp"
#include "fingerprint/stored_entry.hpp"
#include "storage/parallel.hpp"

namespace whorl::apps {

using namespace fingerprint;

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double thread_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

result<bench_probe> make_bench_probe(std::span<const print_template> prints,
                                     std::optional<std::uint64_t> mate, bool exchanged) {
  bench_probe out;
  out.mate = mate;
  WHORL_ASSIGN(out.whole, prepare_probe(prints, exchanged));
  out.sketches = make_scan_probe(*out.whole);
  out.asks = make_index_probe(out.sketches.placed);
  return out;
}

/// What one thread gathers, of all probes.
struct bench_pipeline::lane {
  explicit lane(std::span<const bench_probe* const> probes) {
    for (const bench_probe* each : probes)
      pools.emplace_back(pool_people(each->sketches.minutiae()));
  }
  std::vector<actors::sketch_pool> pools;
  vote_scratch scratch;
  std::vector<std::uint32_t> best;
  std::vector<std::uint16_t> of_slab;
  std::array<std::uint32_t, slab_people> scores{};
  scan_seconds took;

  /// Persons are numbered from 1 here: nobody's id is 0.
  void add(std::size_t probe, std::uint64_t person, std::uint32_t score) {
    if (score >= pools[probe].floor()) pools[probe].add({{person + 1}, person, score});
  }
};

bench_pipeline::bench_pipeline(const bench_gallery& gallery, std::uint64_t people, bool indexed)
    : gallery_(gallery), people_(people), slabs_(gallery.slabs(people)) {
  if (!indexed) return;
  segments_.resize((slabs_.size() + index_slabs_max - 1) / index_slabs_max);
  std::vector<double> took(segments_.size());
  storage::parallel_for(segments_.size(), [&](std::size_t s) {
    const double begin = thread_seconds();
    const std::size_t first = s * index_slabs_max;
    segments_[s] = sketch_index::build(
        std::span(slabs_).subspan(first, std::min(index_slabs_max, slabs_.size() - first)));
    took[s] = thread_seconds() - begin;
  });
  std::ranges::sort(took);
  if (!took.empty()) build_seconds_ = took[took.size() / 2];
}

double bench_pipeline::index_bytes_person() const {
  std::size_t sum = 0;
  for (const sketch_index& each : segments_) sum += each.bytes();
  return static_cast<double>(sum) / static_cast<double>(people_);
}

void bench_pipeline::scan_segment(std::size_t segment, std::span<const bench_probe* const> probes,
                                  bool by_index, lane& out) const {
  const std::size_t first = segment * index_slabs_max;
  const std::size_t end = std::min(first + index_slabs_max, slabs_.size());
  for (std::size_t s = first; !by_index && s < end; ++s)
    for (std::size_t q = 0; q < probes.size(); ++q) {
      const std::size_t count = people_in(slabs_[s]);
      score_slab(probes[q]->sketches, slabs_[s], std::span(out.scores).first(count));
      for (std::size_t i = 0; i < count; ++i) out.add(q, s * slab_people + i, out.scores[i]);
    }
  for (std::size_t q = 0; by_index && q < probes.size(); ++q) {
    const double begin = thread_seconds();
    const sketch_index& index = segments_[segment];
    vote(probes[q]->asks, index, out.scratch, index_keep(probes[q]->asks, index.people()),
         out.best);
    const double voted = thread_seconds();
    for (auto at = out.best.begin(); at != out.best.end();) {
      const std::size_t s = *at / slab_people;
      out.of_slab.clear();
      for (; at != out.best.end() && *at / slab_people == s; ++at)
        out.of_slab.push_back(static_cast<std::uint16_t>(*at % slab_people));
      score_people(probes[q]->sketches.placed, slabs_[first + s], out.of_slab,
                   std::span(out.scores).first(out.of_slab.size()));
      for (std::size_t i = 0; i < out.of_slab.size(); ++i)
        out.add(q, (first + s) * slab_people + out.of_slab[i], out.scores[i]);
    }
    out.took.votes += voted - begin;
    out.took.rescoring += thread_seconds() - voted;
  }
}

std::vector<bench_pipeline::pool> bench_pipeline::scan(std::span<const bench_probe* const> probes,
                                                       bool by_index, unsigned threads,
                                                       scan_seconds& took) const {
  const double begin = seconds_now();
  const std::size_t segments = (slabs_.size() + index_slabs_max - 1) / index_slabs_max;
  std::vector<lane> lanes(std::max(1u, threads), lane(probes));
  std::atomic<std::size_t> next{0};
  const auto work = [&](lane& mine) {
    const double start = thread_seconds();
    for (std::size_t s = next++; s < segments; s = next++) scan_segment(s, probes, by_index, mine);
    mine.took.whole = thread_seconds() - start;
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t t = 1; t < lanes.size(); ++t) others.emplace_back([&, t] { work(lanes[t]); });
    work(lanes[0]);
  }
  std::vector<pool> out(probes.size());
  for (std::size_t q = 0; q < probes.size(); ++q) {
    for (std::size_t t = 1; t < lanes.size(); ++t)
      for (const auto& member : lanes[t].pools[q].take()) lanes[0].pools[q].add(member);
    for (const auto& member : lanes[0].pools[q].take()) out[q].push_back(member.place);
  }
  took = {};
  for (const lane& each : lanes) {
    took.votes += each.took.votes;
    took.rescoring += each.took.rescoring;
    took.whole += each.took.whole;
  }
  took.wall = seconds_now() - begin;
  return out;
}

bench_pipeline::pool bench_pipeline::align(const bench_probe& probe, const pool& people) const {
  actors::sketch_pool best(aligned_people(probe.sketches.minutiae()));
  for (const std::uint64_t person : people) {
    const byte_view row =
        row_of(slabs_[person / slab_people], static_cast<unsigned>(person % slab_people));
    best.add({{person + 1}, person, score_aligned(probe.sketches, row)});
  }
  pool out;
  for (const auto& member : best.take()) out.push_back(member.place);
  return out;
}

std::vector<bytes> bench_pipeline::entries_of(const pool& people) const {
  std::vector<bytes> out(people.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = gallery_.entry(people[i]);
  return out;
}

bool holds(const bench_pipeline::pool& people, std::uint64_t person) {
  return std::ranges::find(people, person) != people.end();
}

std::vector<std::size_t> best_by_entries(const bench_probe& probe,
                                         const std::vector<bytes>& stored) {
  const coarse_scan scan(*probe.whole);
  const finger_set met = positions_met(*probe.whole);
  std::vector<std::pair<std::uint32_t, std::size_t>> order;
  for (std::size_t i = 0; i < stored.size(); ++i)
    order.emplace_back(~scan.score(expand(stored[i], met, parameters::coarse_minutiae_max)), i);
  const auto kept = static_cast<std::ptrdiff_t>(std::min(bench_top_k, order.size()));
  std::partial_sort(order.begin(), order.begin() + kept, order.end());
  std::vector<std::size_t> best;
  for (std::ptrdiff_t i = 0; i < kept; ++i)
    best.push_back(order[static_cast<std::size_t>(i)].second);
  return best;
}

person_score compare_precisely(const bench_probe& probe, const bytes& stored) {
  return precise_score(*probe.whole, expand(stored));
}

}  // namespace whorl::apps
