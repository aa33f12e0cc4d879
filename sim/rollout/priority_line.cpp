#include "sim/rollout/priority_line.hpp"

#include <algorithm>

#include "messages/invariant.hpp"

namespace whorl::rollout {
namespace {

casework::work_item as_item(std::uint8_t level, std::int64_t due_after_ms,
                            const priority_line::waiting& one) {
  casework::work_item item;
  item.which = case_id{one.who};
  item.level = level;
  item.deadline = instant{due_after_ms == 0 ? 0 : one.since_ms + due_after_ms};
  item.waits_since = instant{one.since_ms};
  return item;
}

}  // namespace

void priority_line::put(std::uint32_t who, std::uint8_t level, std::int64_t due_after_ms,
                        std::int64_t since_ms) {
  auto found = std::find_if(lanes_.begin(), lanes_.end(), [&](const lane& l) {
    return l.level == level && l.due_after_ms == due_after_ms;
  });
  if (found == lanes_.end()) {
    lanes_.push_back({level, due_after_ms, {}});
    found = lanes_.end() - 1;
  }
  INVARIANT(found->line.empty() || found->line.back().since_ms <= since_ms);
  found->line.push_back({who, since_ms});
  ++size_;
}

std::optional<priority_line::waiting> priority_line::take(std::int64_t now_ms) {
  lane* best = nullptr;
  casework::work_item best_item;
  for (lane& one : lanes_) {
    if (one.line.empty()) continue;
    casework::work_item item = as_item(one.level, one.due_after_ms, one.line.front());
    if (best != nullptr && !casework::goes_before(item, best_item, instant{now_ms})) continue;
    best = &one;
    best_item = std::move(item);
  }
  if (best == nullptr) return std::nullopt;
  const waiting out = best->line.front();
  best->line.pop_front();
  --size_;
  return out;
}

}  // namespace whorl::rollout
