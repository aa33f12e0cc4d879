#include "actors/casework/clocks.hpp"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace whorl::casework {
namespace {

using date::days;
using date::sys_days;
using date::weekday;
using date::year_month_day;
using namespace std::chrono_literals;

sys_days nth(int which, weekday wd, int month, int year) {
  return sys_days(date::year(year) / month / wd[static_cast<unsigned>(which)]);
}
sys_days last(weekday wd, int month, int year) {
  return sys_days(date::year(year) / month / wd[date::last]);
}
/// A fixed date, moved off the weekend.
sys_days observed(int year, int month, int day) {
  const sys_days on = date::year(year) / month / day;
  const weekday wd(on);
  if (wd == date::Saturday) return on - days(1);
  if (wd == date::Sunday) return on + days(1);
  return on;
}

bool is_holiday(sys_days day) {
  const int y = static_cast<int>(year_month_day(day).year());
  const std::array all = {
      observed(y, 1, 1),          observed(y + 1, 1, 1),  // of a Saturday: on the last of December
      nth(3, date::Monday, 1, y), nth(3, date::Monday, 2, y),    last(date::Monday, 5, y),
      observed(y, 7, 4),          nth(1, date::Monday, 9, y),    nth(2, date::Monday, 10, y),
      observed(y, 11, 11),        nth(4, date::Thursday, 11, y), observed(y, 12, 25),
  };
  if (y >= 2021 && day == observed(y, 6, 19)) return true;
  return std::find(all.begin(), all.end(), day) != all.end();
}

bool counts(date::local_days day) {
  const sys_days as_sys(day.time_since_epoch());
  const weekday wd(as_sys);
  return wd != date::Saturday && wd != date::Sunday && !is_holiday(as_sys);
}

struct state_zone {
  std::string_view state, zone;
};
constexpr std::string_view eastern = "America/New_York", central = "America/Chicago",
                           mountain = "America/Denver", pacific = "America/Los_Angeles";
constexpr state_zone zones[] = {
    {"AK", "America/Anchorage"},
    {"AL", central},
    {"AR", central},
    {"AS", "Pacific/Pago_Pago"},
    {"AZ", "America/Phoenix"},
    {"CA", pacific},
    {"CO", mountain},
    {"CT", eastern},
    {"DC", eastern},
    {"DE", eastern},
    {"FL", eastern},
    {"GA", eastern},
    {"GU", "Pacific/Guam"},
    {"HI", "Pacific/Honolulu"},
    {"IA", central},
    {"ID", "America/Boise"},
    {"IL", central},
    {"IN", "America/Indiana/Indianapolis"},
    {"KS", central},
    {"KY", eastern},
    {"LA", central},
    {"MA", eastern},
    {"MD", eastern},
    {"ME", eastern},
    {"MI", "America/Detroit"},
    {"MN", central},
    {"MO", central},
    {"MP", "Pacific/Guam"},
    {"MS", central},
    {"MT", mountain},
    {"NB", central},
    {"NC", eastern},
    {"ND", central},
    {"NE", central},
    {"NH", eastern},
    {"NJ", eastern},
    {"NM", mountain},
    {"NV", pacific},
    {"NY", eastern},
    {"OH", eastern},
    {"OK", central},
    {"OR", pacific},
    {"PA", eastern},
    {"PR", "America/Puerto_Rico"},
    {"RI", eastern},
    {"SC", eastern},
    {"SD", central},
    {"TN", central},
    {"TX", central},
    {"UT", mountain},
    {"VA", eastern},
    {"VI", "America/Puerto_Rico"},
    {"VT", eastern},
    {"WA", pacific},
    {"WI", central},
    {"WV", eastern},
    {"WY", mountain},
};

/// States (as of the zones above) of which some counties keep another time.
constexpr std::string_view two_zones[] = {"AK", "AZ", "FL", "ID", "IN", "KS", "KY", "MI",
                                          "NB", "ND", "NE", "NV", "OR", "SD", "TN", "TX"};

/// Null where the system has none of that name.
const date::time_zone* find_zone(std::string_view name) {
  try {
    return date::locate_zone(name);
  } catch (const std::exception&) {  // the edge of the date library
    return nullptr;
  }
}

}  // namespace

bool is_federal_holiday(std::string_view day) {
  int number = 0;
  const auto [end, failed] = std::from_chars(day.data(), day.data() + day.size(), number);
  if (day.size() != 8 || failed != std::errc() || end != day.data() + 8) return false;
  const year_month_day on(date::year(number / 10000),
                          date::month(static_cast<unsigned>(number / 100 % 100)),
                          date::day(static_cast<unsigned>(number % 100)));
  return on.ok() && is_holiday(sys_days(on));
}

std::string_view zone_of_state(std::string_view state) {
  for (const state_zone& one : zones)
    if (one.state == state) return one.zone;
  return "Etc/UTC";
}

bool has_two_zones(std::string_view state) {
  return std::ranges::find(two_zones, state) != std::end(two_zones);
}

bool is_zone(std::string_view name) { return find_zone(name) != nullptr; }

result<instant> add_business_hours(instant from, std::int64_t hours, std::string_view zone) {
  const date::time_zone* const place = find_zone(zone);
  if (place == nullptr)
    return make_error(errc::invalid_input, "'" + std::string(zone) +
                                               "' is no time zone of this system (package tzdata)");
  using clock = std::chrono::system_clock;
  using milliseconds = std::chrono::milliseconds;
  auto at = date::sys_time<milliseconds>(milliseconds(from.ms));
  milliseconds rest = std::chrono::hours(hours);
  // A day at a time: to the next local midnight, whose distance knows of summer time.
  while (true) {
    const date::local_days today = date::floor<days>(place->to_local(at));
    const auto midnight = date::floor<milliseconds>(
        place->to_sys(date::local_time<clock::duration>(today + days(1)), date::choose::earliest));
    if (counts(today)) {
      if (at + rest <= midnight) return instant{(at + rest).time_since_epoch().count()};
      rest -= midnight - at;
    }
    at = midnight;
  }
}

result<std::optional<instant>> detainer_end(const case_view& view, std::string_view zone) {
  if (view.state != case_state::detainer || !view.release_at) return std::optional<instant>();
  if (view.clock_ends) return view.clock_ends;
  WHORL_ASSIGN(const instant end, add_business_hours(*view.release_at, detainer_hours, zone));
  return std::optional<instant>(end);
}

}  // namespace whorl::casework
