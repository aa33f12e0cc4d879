// Requests a second by whoever sends them: a token bucket each. Time is handed in. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace whorl::apps::http {

/// Filled at `per_second` up to `burst`; full where it has not been used.
struct token_bucket {
  double spent = 0;
  std::int64_t at_ms = 0;

  void refill(double per_second, std::int64_t now_ms) {
    const double passed = static_cast<double>(std::max<std::int64_t>(now_ms - at_ms, 0)) / 1000;
    spent = std::max(0.0, spent - passed * per_second);
    at_ms = std::max(at_ms, now_ms);
  }
  bool take(double per_second, double burst, std::int64_t now_ms) {
    refill(per_second, now_ms);
    if (spent + 1 > burst) return false;
    spent += 1;
    return true;
  }
};

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
      found = buckets_.emplace(sender, token_bucket{0, now_ms}).first;
    }
    return found->second.take(per_second_, burst_, now_ms);
  }
  std::size_t senders() const { return buckets_.size(); }

 private:
  /// A full bucket is as good as none.
  void forget_full(std::int64_t now_ms) {
    for (auto it = buckets_.begin(); it != buckets_.end();) {
      it->second.refill(per_second_, now_ms);
      it = it->second.spent <= 0 ? buckets_.erase(it) : std::next(it);
    }
  }
  double per_second_, burst_;
  std::size_t senders_max_;
  std::map<std::string, token_bucket, std::less<>> buckets_;
};

}  // namespace whorl::apps::http
