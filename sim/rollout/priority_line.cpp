#include "sim/rollout/priority_line.hpp"

#include <limits>

#include "messages/invariant.hpp"

namespace whorl::rollout {
namespace {

/// No deadline is last, as casework::goes_before has it.
std::int64_t latest(std::int64_t deadline_ms) {
  return deadline_ms == 0 ? std::numeric_limits<std::int64_t>::max() : deadline_ms;
}

}  // namespace

/// Of the lanes of this level that it may end, the one whose last deadline is nearest to it: so
/// there are as few lanes as can be.
priority_line::lane& priority_line::lane_for(std::uint8_t level, std::int64_t deadline_ms) {
  lane* best = nullptr;
  lane* unused = nullptr;
  for (lane& one : lanes_) {
    if (one.line.empty()) {
      unused = &one;
      continue;
    }
    const std::int64_t last = latest(one.line.back().deadline_ms);
    if (one.level != level || last > latest(deadline_ms)) continue;
    if (best == nullptr || last > latest(best->line.back().deadline_ms)) best = &one;
  }
  if (best != nullptr) return *best;
  if (unused == nullptr) unused = &lanes_.emplace_back();
  unused->level = level;
  return *unused;
}

void priority_line::put(std::uint32_t who, std::uint8_t level, std::int64_t deadline_ms,
                        std::int64_t since_ms) {
  lane& into = lane_for(level, deadline_ms);
  INVARIANT(into.line.empty() || into.line.back().one.since_ms <= since_ms);
  into.line.push_back({{who, since_ms}, deadline_ms});
  ++size_;
}

std::optional<priority_line::waiting> priority_line::take(std::int64_t now_ms) {
  lane* best = nullptr;
  casework::work_item best_item;
  for (lane& one : lanes_) {
    if (one.line.empty()) continue;
    const place& head = one.line.front();
    casework::work_item item;
    item.which = case_id{head.one.who};
    item.level = one.level;
    item.deadline = instant{head.deadline_ms};
    item.waits_since = instant{head.one.since_ms};
    if (best != nullptr && !casework::goes_before(item, best_item, instant{now_ms})) continue;
    best = &one;
    best_item = std::move(item);
  }
  if (best == nullptr) return std::nullopt;
  const waiting out = best->line.front().one;
  best->line.pop_front();
  --size_;
  return out;
}

}  // namespace whorl::rollout
