// What one job of round one does between the scan of everybody and people's entries, without CAF:
// of those in no slab yet, and of those whom the sketches leave, whose minutiae lie most alike. The
// tail first, then a slab at a time.
#pragma once

#include <vector>

#include "actors/sketch_pool.hpp"
#include "fingerprint/sketch.hpp"

namespace whorl::actors {

class alignment_work {
 public:
  /// `people`: by place, as sketch_pool::take has them, all in slabs; `best` takes who is good
  /// enough. All outlive it.
  alignment_work(const storage::partition_view& view, const fingerprint::scan_probe& probe,
                 std::vector<sketch_pool::member> people, sketch_pool& best)
      : view_(view), probe_(probe), people_(std::move(people)), best_(best) {}

  bool over() const { return !failed_ || (tail_done_ && next_ == people_.size()); }
  /// The tail, or those of one slab; what it cost, in sketches looked at.
  std::size_t step() { return tail_done_ ? align_slab() : align_tail(); }
  /// The first error that was met.
  const status& failed() const { return failed_; }

 private:
  std::size_t align_tail();
  std::size_t align_slab();

  const storage::partition_view& view_;
  const fingerprint::scan_probe& probe_;
  std::vector<sketch_pool::member> people_;
  sketch_pool& best_;
  bool tail_done_ = false;
  std::size_t next_ = 0;
  status failed_;
};

}  // namespace whorl::actors
