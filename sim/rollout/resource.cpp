#include "sim/rollout/resource.hpp"

#include "messages/invariant.hpp"

namespace whorl::rollout {

resource::resource(std::string name, std::int64_t servers, std::int64_t from_ms)
    : name_(std::move(name)), servers_(servers), busy_(from_ms), queue_(from_ms) {}

bool resource::ask(std::uint32_t who, std::uint8_t level, std::int64_t deadline_ms,
                   std::int64_t now_ms) {
  if (busy_count_ < servers_ && line_.size() == 0) {
    busy_.set(now_ms, static_cast<double>(++busy_count_));
    return true;
  }
  line_.put(who, level, deadline_ms, now_ms);
  queue_.set(now_ms, static_cast<double>(line_.size()));
  return false;
}

void resource::give_back(std::int64_t now_ms) {
  INVARIANT(busy_count_ > 0);
  busy_.set(now_ms, static_cast<double>(--busy_count_));
}

std::optional<priority_line::waiting> resource::next(std::int64_t now_ms) {
  if (busy_count_ >= servers_) return std::nullopt;
  const auto one = line_.take(now_ms);
  if (!one) return std::nullopt;
  busy_.set(now_ms, static_cast<double>(++busy_count_));
  queue_.set(now_ms, static_cast<double>(line_.size()));
  return one;
}

void resource::restart_statistics(std::int64_t now_ms) {
  busy_.restart(now_ms);
  queue_.restart(now_ms);
}

}  // namespace whorl::rollout
