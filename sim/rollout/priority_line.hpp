// A line of cases that wait for somebody, in exactly the order that actors/casework/queue gives
// (level, deadline, age; a case that waits rises), without sorting: a lane holds cases of one level
// whose deadlines never fall, so that its order is that of arrival for ever; of the lanes' heads
// the production order picks one.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "actors/casework/queue.hpp"

namespace whorl::rollout {

class priority_line {
 public:
  struct waiting {
    std::uint32_t who = 0;
    std::int64_t since_ms = 0;
  };
  /// `since_ms` never falls from one call to the next; `deadline_ms` 0: none.
  void put(std::uint32_t who, std::uint8_t level, std::int64_t deadline_ms, std::int64_t since_ms);
  std::optional<waiting> take(std::int64_t now_ms);
  std::size_t size() const { return size_; }

 private:
  struct place {
    waiting one;
    std::int64_t deadline_ms = 0;
  };
  struct lane {
    std::uint8_t level = 0;
    std::deque<place> line;
  };
  lane& lane_for(std::uint8_t level, std::int64_t deadline_ms);

  // Levels, times how often a deadline undercuts an earlier one's: times allowed, zones. A dozen.
  std::vector<lane> lanes_;
  std::size_t size_ = 0;
};

}  // namespace whorl::rollout
