#include "sim/rollout/calendar.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>

#include "actors/casework/clocks.hpp"

namespace whorl::rollout {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

sys_days as_days(std::int32_t day) { return sys_days(days(day)); }

bool number(std::string_view text, int& out) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failed == std::errc() && end == text.data() + text.size();
}

struct zone {
  std::string_view name;
  int hours;
  bool summer_time;
};
constexpr zone zones[] = {
    {"America/New_York", -5, true},
    {"America/Detroit", -5, true},
    {"America/Indiana/Indianapolis", -5, true},
    {"America/Chicago", -6, true},
    {"America/Denver", -7, true},
    {"America/Boise", -7, true},
    {"America/Phoenix", -7, false},
    {"America/Los_Angeles", -8, true},
    {"America/Anchorage", -9, true},
    {"Pacific/Honolulu", -10, false},
    {"America/Puerto_Rico", -4, false},
    {"Pacific/Guam", 10, false},
};

/// From the second Sunday of March to the first of November; the hour of the change is left out.
bool is_summer(std::int32_t day) {
  using namespace std::chrono;
  const year_month_day date(as_days(day));
  const sys_days begin = sys_days(date.year() / March / Sunday[2]);
  const sys_days end = sys_days(date.year() / November / Sunday[1]);
  return as_days(day) >= begin && as_days(day) < end;
}

}  // namespace

result<std::int32_t> parse_day(std::string_view text) {
  int y = 0, m = 0, d = 0;
  const bool shaped = text.size() == 10 && text[4] == '-' && text[7] == '-' &&
                      number(text.substr(0, 4), y) && number(text.substr(5, 2), m) &&
                      number(text.substr(8, 2), d);
  const year_month_day date(std::chrono::year(y), std::chrono::month(static_cast<unsigned>(m)),
                            std::chrono::day(static_cast<unsigned>(d)));
  if (!shaped || !date.ok() || y < 1970 || y > 2100)
    return make_error(errc::invalid_input,
                      "'" + std::string(text.substr(0, 40)) + "' is no day: write YYYY-MM-DD");
  return static_cast<std::int32_t>(sys_days(date).time_since_epoch().count());
}

std::string day_text(std::int32_t day) {
  const year_month_day date(as_days(day));
  char out[16];
  std::snprintf(out, sizeof out, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return out;
}

int month_of(std::int32_t day) {
  const year_month_day date(as_days(day));
  return static_cast<int>(date.year()) * 12 +
         static_cast<int>(static_cast<unsigned>(date.month())) - 1;
}

std::string month_text(int month) {
  char out[24];
  std::snprintf(out, sizeof out, "%04d-%02d", month / 12, month % 12 + 1);
  return out;
}

std::int32_t month_begin(int month) {
  const year_month_day date(std::chrono::year(month / 12),
                            std::chrono::month(static_cast<unsigned>(month % 12 + 1)),
                            std::chrono::day(1));
  return static_cast<std::int32_t>(sys_days(date).time_since_epoch().count());
}

double year_of(std::int32_t day) {
  const int year = month_of(day) / 12;
  const std::int32_t begin = month_begin(year * 12), end = month_begin(year * 12 + 12);
  return year + static_cast<double>(day - begin) / (end - begin);
}

int local_offset_hours(std::string_view state, std::int32_t day) {
  const std::string_view name = casework::zone_of_state(state == "NE" ? "NB" : state);
  for (const zone& one : zones)
    if (one.name == name) return one.hours + (one.summer_time && is_summer(day) ? 1 : 0);
  return 0;
}

}  // namespace whorl::rollout
