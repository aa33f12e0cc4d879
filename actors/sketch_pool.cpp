#include "actors/sketch_pool.hpp"

#include <algorithm>
#include <utility>

namespace whorl::actors {

void sketch_pool::cut() {
  const auto better = [](const member& a, const member& b) {
    return a.score != b.score ? a.score > b.score : a.subject < b.subject;
  };
  if (members_.size() <= room_) return;
  const auto end = members_.begin() + static_cast<std::ptrdiff_t>(room_);
  std::nth_element(members_.begin(), end, members_.end(), better);
  members_.erase(end, members_.end());
  for (floor_ = ~0u; const member& each : members_) floor_ = std::min(floor_, each.score);
}

std::vector<sketch_pool::member> sketch_pool::take() {
  cut();
  std::ranges::sort(members_, {}, [](const member& m) { return std::pair(m.place, m.subject); });
  return std::move(members_);
}

}  // namespace whorl::actors
