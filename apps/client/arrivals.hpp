// When the bookings of an open-loop load arrive: drawn or even, by seed, and whatever the answers'
// speed. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string_view>

#include "messages/result.hpp"

namespace whorl::apps::client {

enum class arrival_kind { poisson, even };

struct arrival_plan {
  double per_second = 1, seconds = 1;
  arrival_kind kind = arrival_kind::poisson;
  std::uint64_t seed = 1;
};

/// Each is remembered until the end of a load.
inline constexpr std::uint64_t arrivals_max = 1'000'000;

/// "5/s", "300/m", "18000/h", or "5", a second. Errors: invalid_input, also where it is not above
/// 0.
result<double> parse_rate(std::string_view text);

class arrivals {
 public:
  explicit arrivals(const arrival_plan& plan);
  /// The next moment, in microseconds since the load began; never before the last one. None: the
  /// plan's time is over, or arrivals_max have come.
  std::optional<std::int64_t> next_us();

 private:
  double gap_s();

  arrival_plan plan_;
  std::mt19937_64 random_;
  std::uint64_t count_ = 0;
  double at_s_ = 0;
};

/// How many a plan has.
std::uint64_t count_of(const arrival_plan& plan);

}  // namespace whorl::apps::client
