// What one job does with people's entries, without CAF: of round one the best of a list by stage
// one, of round two the precise scores of its candidates. A person at a time, since each entry is
// expanded first.
#pragma once

#include <optional>
#include <vector>

#include "actors/shard_core.hpp"
#include "actors/sketch_pool.hpp"
#include "fingerprint/coarse.hpp"
#include "fingerprint/stored_entry.hpp"

namespace whorl::actors {

/// The best so far. The worst kept score is remembered, so that most records cost one comparison
/// and no sorting. Identities are found for those alone that are kept in the end.
class best_candidates {
 public:
  explicit best_candidates(std::size_t top_k) : top_k_(top_k) {}
  void add(subject_id subject, std::uint32_t score);
  result<std::vector<coarse_candidate>> take(const storage::partition_view& view);

 private:
  std::size_t top_k_;
  std::uint32_t floor_ = 1;
  std::vector<coarse_candidate> best_;
};

class entry_work {
 public:
  /// Round one: those of `pool`, and whoever has a print of unknown position; of a job that asks
  /// for newcomers these alone. `view` and `job` outlive it.
  entry_work(const storage::partition_view& view, const scan_job& job,
             std::vector<sketch_pool::member> pool);

  bool over() const { return !failed_ || next_ == people(); }
  /// How many it looks at.
  std::size_t people() const { return precise() ? job_.candidates.size() : people_.size(); }
  /// One person; what it cost, in sketches looked at.
  std::size_t step();
  /// Adds what was found. Errors: the first that was met.
  status finish(scan_outcome& outcome);

 private:
  bool precise() const { return job_.round == 2; }
  status list_people(std::vector<sketch_pool::member> pool);
  status look(const sketch_pool::member& person);
  /// Keeps the disk some people ahead.
  status announce();
  status score_precisely(const coarse_candidate& person);

  const storage::partition_view& view_;
  const scan_job& job_;
  fingerprint::finger_set met_;
  std::optional<fingerprint::coarse_scan> coarse_;
  std::vector<sketch_pool::member> people_;  ///< of round one
  best_candidates best_;
  std::vector<scored_candidate> scored_;
  std::size_t next_ = 0, announced_ = 0;
  status failed_;
};

}  // namespace whorl::actors
