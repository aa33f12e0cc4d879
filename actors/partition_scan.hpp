// The search of one partition, without CAF: one pass over its sketches for all probes that arrived
// together, then each probe's own work. In steps, so that the thread it runs on can do something
// else in between.
//
// Round one: everybody's sketches give each probe a pool of pool_people(), of whom those lie most
// alike that aligned_people() says; their entries, all fingers, give the top_k. A job that asks for
// newcomers alone reads their entries. Of several partitions the pools by sketches together
// hold whoever would be in the pool of all in one. Where there are indexes, probes that they suit
// look at whom these propose, and at everybody in the slabs after them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "actors/alignment_work.hpp"
#include "actors/entry_work.hpp"
#include "actors/partition_index.hpp"
#include "actors/shard_core.hpp"
#include "fingerprint/sketch.hpp"
#include "storage/gallery_partition.hpp"

namespace whorl::actors {

using scan_job_ptr = std::shared_ptr<const scan_job>;

class partition_scan {
 public:
  /// `applied_seq`: a fact that the partition's projection is known to hold.
  partition_scan(const storage::gallery_partition& partition, std::uint64_t applied_seq,
                 std::vector<scan_job_ptr> jobs, index_segments segments = {});

  using finished = std::function<void(std::size_t job, scan_outcome outcome)>;
  /// A part of the work: about `budget` sketches looked at, but at least a slab for each probe, the
  /// places of a slab's people, or a person's entry.
  /// Calls `done` for each job that ends.
  void step(std::size_t budget, const finished& done);
  /// Every job has ended.
  bool over() const { return next_job_ == probes_.size(); }
  /// It has met damage: why a job that has ended is missing.
  const status& damaged() const { return damaged_; }

 private:
  struct probe_state {
    scan_job_ptr job;
    std::optional<fingerprint::scan_probe> sketches;  ///< none: reads entries alone
    sketch_pool pool{0}, aligned{0};
    bool indexed = false;
    fingerprint::index_probe index;
    std::uint64_t from = 0;  ///< first slab of which everybody is looked at
    std::unique_ptr<alignment_work> alignment;
    std::unique_ptr<entry_work> work;
  };
  std::vector<probe_state*> scanning();
  std::size_t ask_index();
  std::size_t scan_slabs(std::size_t budget);
  std::size_t go_on(probe_state& state, const finished& done);
  std::size_t begin_work(probe_state& state);
  scan_outcome outcome_of(probe_state& state);
  scan_outcome missing(std::string reason) const;
  scan_outcome missing(const error& why);

  const storage::gallery_partition& partition_;
  std::uint64_t applied_seq_;
  result<std::unique_ptr<storage::partition_view>> view_;
  std::vector<probe_state> probes_;
  index_segments segments_;
  std::size_t next_segment_ = 0;
  fingerprint::vote_scratch scratch_;
  std::uint64_t next_slab_ = 0;
  bool slabs_done_ = false;
  status failed_, damaged_;
  std::size_t next_job_ = 0;
};

/// One job alone, to its end.
scan_outcome run_job(const storage::gallery_partition& partition, std::uint64_t applied_seq,
                     const scan_job& job);

}  // namespace whorl::actors
