// One search as a node does it, on a bench_gallery: sketches (everybody's, or whom the index
// finds), their places, the entries of whom these leave, precise comparison. Each stage can be
// timed alone.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "apps/bench_gallery.hpp"
#include "fingerprint/decision.hpp"
#include "fingerprint/matcher.hpp"
#include "fingerprint/sketch_index.hpp"

namespace whorl::apps {

/// Candidates that are compared precisely: query_settings::top_k.
inline constexpr std::size_t bench_top_k = 64;

struct bench_probe {
  std::optional<std::uint64_t> mate;  ///< a person's number; none: not enrolled
  fingerprint::prepared_probe_ptr whole;
  fingerprint::scan_probe sketches;
  fingerprint::index_probe asks;
};
/// Errors: those of prepare_probe.
result<bench_probe> make_bench_probe(std::span<const fingerprint::print_template> prints,
                                     std::optional<std::uint64_t> mate, bool exchanged = false);

struct scan_seconds {
  double votes = 0, rescoring = 0;  ///< processor time of all threads, as `whole`
  double whole = 0, wall = 0;
};

class bench_pipeline {
 public:
  /// Of the first `people`; `indexed`: an index is built over each segment, on all cores.
  bench_pipeline(const bench_gallery& gallery, std::uint64_t people, bool indexed);

  std::uint64_t people() const { return people_; }
  double index_bytes_person() const;
  double build_seconds() const { return build_seconds_; }
  using pool = std::vector<std::uint64_t>;  ///< pool_people() at most, the best by sketches
  /// All probes over each slab (or segment) while it is in the caches.
  std::vector<pool> scan(std::span<const bench_probe* const> probes, bool by_index,
                         unsigned threads, scan_seconds& took) const;
  /// Of them, aligned_people() at most, those that lie most alike.
  pool align(const bench_probe& probe, const pool& people) const;
  /// Stored entries, made again from their seeds.
  std::vector<bytes> entries_of(const pool& people) const;

 private:
  struct lane;
  void scan_segment(std::size_t segment, std::span<const bench_probe* const> probes, bool by_index,
                    lane& out) const;

  const bench_gallery& gallery_;
  std::uint64_t people_;
  std::vector<byte_view> slabs_;
  std::vector<fingerprint::sketch_index> segments_;
  double build_seconds_ = 0;  ///< of a segment, on one core
};

bool holds(const bench_pipeline::pool& people, std::uint64_t person);
/// The best bench_top_k of a pool by all fingers' entries: places in `stored`.
std::vector<std::size_t> best_by_entries(const bench_probe& probe,
                                         const std::vector<bytes>& stored);
fingerprint::person_score compare_precisely(const bench_probe& probe, const bytes& stored);

/// The wall's clock, and the processor time of this thread: other work on the machine is not in it.
double seconds_now();
double thread_seconds();

}  // namespace whorl::apps
