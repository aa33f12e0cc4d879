// A line of cases that wait for somebody, in exactly the order that actors/casework/queue gives
// (level, deadline, age; a case that waits rises), in constant time: cases of one level and one
// time allowed are in a lane, where the order is that of arrival for ever; of the lanes' heads the
// production order picks one.
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
  /// `since_ms` never falls from one call to the next; `due_after_ms` 0: no deadline.
  void put(std::uint32_t who, std::uint8_t level, std::int64_t due_after_ms, std::int64_t since_ms);
  std::optional<waiting> take(std::int64_t now_ms);
  std::size_t size() const { return size_; }

 private:
  struct lane {
    std::uint8_t level = 0;
    std::int64_t due_after_ms = 0;
    std::deque<waiting> line;
  };
  std::vector<lane> lanes_;  // as many as levels times times allowed: a dozen
  std::size_t size_ = 0;
};

}  // namespace whorl::rollout
