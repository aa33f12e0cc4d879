// What a shard actor decides, without CAF: how one search request is split over the replicas of
// this node, and how their outcomes are gathered. What a replica does is in partition_scan.hpp.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "actors/matching.hpp"
#include "messages/search.hpp"

namespace whorl::actors {

/// What whoever waits for a job and whoever does it tell each other meanwhile.
struct job_watch {
  /// Set when nobody waits for the outcome any more: scanning it would only keep those behind it
  /// waiting until they are given up too.
  std::atomic<bool> given_up{false};
  /// Grows as long as the job, or what it waits for, is worked on: however long a pass over many
  /// people takes, it is given up only when this stands still.
  std::atomic<std::uint64_t> turns{0};
};

/// One partition's part of a round. Round one when `candidates` is empty and `round` is 1.
struct scan_job {
  int round = 1;
  std::uint64_t tail_seq = 0;
  std::uint64_t after_seq = 0;
  std::uint32_t top_k = 0;
  std::vector<coarse_candidate> candidates;  ///< round two: those of this partition
  fingerprint::prepared_probe_ptr probe;
  matching_ptr matcher = real_matching();
  std::shared_ptr<job_watch> watch;  ///< null: nobody watches, the outcome is waited for
};

/// Whether the outcome is still waited for.
inline bool wanted(const scan_job& job) { return !job.watch || !job.watch->given_up.load(); }

/// Work was done on the job or on what it waits for.
inline void note_turn(const scan_job& job) {
  if (job.watch) job.watch->turns.fetch_add(1);
}

struct scan_outcome {
  std::vector<coverage_entry> coverage;  ///< one, or none when missing
  std::vector<missing_entry> missing;
  std::vector<coarse_candidate> coarse;
  std::vector<scored_candidate> scored;
};

/// The probe of a request, decoded and prepared. invalid_input names the finger that does not read.
result<fingerprint::prepared_probe_ptr> prepare(const probe& what);

/// Order of candidates: higher score first, then smaller subject id (layout independent).
void sort_and_cut(std::vector<coarse_candidate>& candidates, std::size_t top_k);

/// One request being answered by several replicas. Each asked partition reports exactly once.
class gathering {
 public:
  /// `local`: partition indices held by this node. What is asked and not local is missing at once.
  gathering(const round_one_request& request, std::span<const std::uint32_t> local);
  gathering(const round_two_request& request, std::span<const std::uint32_t> local,
            std::uint32_t partition_count);

  search_id search() const { return search_; }
  /// Partition index -> its job, watched, without the prepared probe.
  const std::map<std::uint32_t, scan_job>& jobs() const { return jobs_; }
  /// It has not reported yet.
  bool waits_for(std::uint32_t partition) const { return waiting_.contains(partition); }
  void add(std::uint32_t partition, scan_outcome outcome);
  /// Its outcome is not waited for any more.
  void fail(std::uint32_t partition, const std::string& reason);
  /// Fails the partitions on whose jobs nothing was done since this was called last.
  void give_up_idle();
  /// Grows as long as work is done on it; never 0.
  std::uint64_t work() const;
  bool complete() const { return waiting_.empty(); }
  /// Partitions that have not reported.
  std::size_t waiting() const { return waiting_.size(); }
  /// Partitions that were asked for, those that are not on this node included.
  std::size_t partitions() const { return partitions_; }
  const std::vector<missing_entry>& missing() const { return gathered_.missing; }
  round_one_reply round_one() const;
  round_two_reply round_two() const;

 private:
  scan_job& job_for(std::uint32_t partition);

  search_id search_;
  gallery_kind gallery_;
  std::uint32_t top_k_ = 0;
  std::size_t partitions_ = 0;
  std::map<std::uint32_t, scan_job> jobs_;
  std::map<std::uint32_t, std::uint64_t> waiting_;  ///< partition -> turns when last looked at
  scan_outcome gathered_;
};

}  // namespace whorl::actors
