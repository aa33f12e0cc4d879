// Days and local time for the simulation. A moment is milliseconds since 1970 UTC, as the actors'
// clock has it; a day is the count of days since 1970.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "messages/ids.hpp"
#include "messages/result.hpp"

namespace whorl::rollout {

inline constexpr std::int64_t second_ms = 1000, minute_ms = 60 * second_ms,
                              hour_ms = 60 * minute_ms, day_ms = 24 * hour_ms;

/// "2008-10-27". Errors: invalid_input.
result<std::int32_t> parse_day(std::string_view text);
std::string day_text(std::int32_t day);
constexpr std::int32_t day_of(std::int64_t at_ms) {
  return static_cast<std::int32_t>(at_ms / day_ms);  // after 1970
}
constexpr std::int64_t begin_of(std::int32_t day) { return day * day_ms; }
/// 0 is Monday.
constexpr int weekday_of(std::int32_t day) { return (day + 3) % 7; }
/// Months since year 0: January 2008 is 2008 * 12.
int month_of(std::int32_t day);
std::string month_text(int month);
/// Its first day.
std::int32_t month_begin(int month);
/// 2010.5 for the middle of 2010.
double year_of(std::int32_t day);

/// What to add to UTC for local time in a state, hours; of states in several zones that of most
/// people (casework::zone_of_state). Summer time by the rule of 2007.
int local_offset_hours(std::string_view state, std::int32_t day);

}  // namespace whorl::rollout
