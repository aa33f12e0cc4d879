// Requests a second by whoever sends them: a token bucket each. Time is handed in. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace whorl::apps::http {

class rate_limit {
 public:
  /// `per_second` on average, `burst` at once; of at most `senders_max` remembered.
  rate_limit(double per_second, double burst, std::size_t senders_max)
      : per_second_(per_second), burst_(burst), senders_max_(senders_max) {}

  /// True when this one may be served; a refused one costs nothing.
  bool take(std::string_view sender, std::int64_t now_ms) {
    auto found = buckets_.find(sender);
    if (found == buckets_.end()) {
      if (buckets_.size() >= senders_max_) forget_full(now_ms);
      if (buckets_.size() >= senders_max_) return false;
      found = buckets_.emplace(sender, bucket{burst_, now_ms}).first;
    }
    refill(found->second, now_ms);
    if (found->second.tokens < 1) return false;
    found->second.tokens -= 1;
    return true;
  }
  std::size_t senders() const { return buckets_.size(); }

 private:
  struct bucket {
    double tokens = 0;
    std::int64_t at_ms = 0;
  };
  void refill(bucket& b, std::int64_t now_ms) const {
    const double passed = static_cast<double>(std::max<std::int64_t>(now_ms - b.at_ms, 0)) / 1000;
    b.tokens = std::min(burst_, b.tokens + passed * per_second_);
    b.at_ms = std::max(b.at_ms, now_ms);
  }
  /// A full bucket is as good as none.
  void forget_full(std::int64_t now_ms) {
    for (auto it = buckets_.begin(); it != buckets_.end();) {
      refill(it->second, now_ms);
      it = it->second.tokens >= burst_ ? buckets_.erase(it) : std::next(it);
    }
  }
  double per_second_, burst_;
  std::size_t senders_max_;
  std::map<std::string, bucket, std::less<>> buckets_;
};

}  // namespace whorl::apps::http
