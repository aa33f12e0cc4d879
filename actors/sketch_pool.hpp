// Those of a partition who go on to a search's next stage: the best so far, ties by subject. A pure
// value.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "storage/gallery_partition.hpp"

namespace whorl::actors {

class sketch_pool {
 public:
  struct member {
    subject_id subject;
    storage::sketch_place place = storage::no_place;
    std::uint32_t score = 0;
  };
  explicit sketch_pool(std::size_t room) : room_(room) {}
  /// Takes more than there is room for, and sorts out now and then.
  void add(const member& one) {
    if (one.score < floor_) return;
    members_.push_back(one);
    if (members_.size() >= std::max<std::size_t>(2 * room_, 1)) cut();
  }
  std::size_t room() const { return room_; }
  /// What scores less is not added.
  std::uint32_t floor() const { return floor_; }
  /// By place, as their search entries stand in the file. Leaves the pool empty.
  std::vector<member> take();

 private:
  void cut();
  std::size_t room_;
  std::uint32_t floor_ = 0;
  std::vector<member> members_;
};

}  // namespace whorl::actors
