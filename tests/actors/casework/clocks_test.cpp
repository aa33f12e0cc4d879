#include "actors/casework/clocks.hpp"
#include "actors/casework/case_settings.hpp"

#include "tests/actors/casework/lifecycle_support.hpp"

using namespace whorl;
using namespace whorl::casework;
using namespace whorl::casework::test;

namespace {

instant utc(int year, int month, int day, int hour, int minute = 0) {
  std::tm t{};
  t.tm_year = year - 1900;
  t.tm_mon = month - 1;
  t.tm_mday = day;
  t.tm_hour = hour;
  t.tm_min = minute;
  return {static_cast<std::int64_t>(timegm(&t)) * 1000};
}

std::string end(instant from, const char* zone) {
  const auto found = add_business_hours(from, 48, zone);
  REQUIRE(found.has_value());
  return to_string(*found);
}

}  // namespace

TEST_CASE("clock: 48 hours from a Monday morning end on Wednesday") {
  CHECK(end(utc(2011, 3, 7, 14), "America/Chicago") == "2011-03-09T14:00:00.000Z");
}

TEST_CASE(
    "clock: released on a Friday evening before a federal holiday, the days off do not count") {
  // Friday 2011-09-02 18:00 in Chicago (UTC-5), Labor Day on the 5th. Six hours of the Friday, all
  // of Tuesday, and 18 hours of Wednesday.
  CHECK(end(utc(2011, 9, 2, 23), "America/Chicago") == "2011-09-07T23:00:00.000Z");
  // The same moment is Friday 13:00 in Honolulu.
  CHECK(end(utc(2011, 9, 2, 23), "Pacific/Honolulu") == "2011-09-07T23:00:00.000Z");
  // In UTC it is 23:00 of the Friday: one hour counts there.
  CHECK(end(utc(2011, 9, 2, 23), "Etc/UTC") == "2011-09-07T23:00:00.000Z");
  // A release on Saturday starts on the next business day.
  CHECK(end(utc(2011, 9, 3, 15), "America/Chicago") == "2011-09-08T05:00:00.000Z");
}

TEST_CASE("clock: the day is the jurisdiction's") {
  // 2011-03-05 05:30Z: Friday 23:30 in Chicago, Saturday in New York.
  CHECK(end(utc(2011, 3, 5, 5, 30), "America/Chicago") == "2011-03-09T05:30:00.000Z");
  CHECK(end(utc(2011, 3, 5, 5, 30), "America/New_York") == "2011-03-09T05:00:00.000Z");
}

TEST_CASE("clock: summer time begins at the weekend and shifts nothing but the hour of day") {
  // Friday 2011-03-11 12:00 in New York is 17:00Z; 12 hours count on Friday, 24 on Monday, 12 on
  // Tuesday: noon again, which is 16:00Z by then.
  CHECK(end(utc(2011, 3, 11, 17), "America/New_York") == "2011-03-15T16:00:00.000Z");
}

TEST_CASE("clock: federal holidays as observed") {
  for (const char* day : {"20110117", "20110221", "20110530", "20110704", "20110905", "20111010",
                          "20111111", "20111124", "20111226", "20101231", "20120102", "20210618"})
    CHECK_MESSAGE(is_federal_holiday(day), day);
  for (const char* day : {"20110101", "20111225", "20110619", "20110703", "20111123", "2011", "",
                          "20111301", "abcdefgh"})
    CHECK_MESSAGE(!is_federal_holiday(day), day);
}

TEST_CASE("clock: at least 48 hours, at most two weeks, and the end is on a business day") {
  CHECK(rc::check([] {
    const instant from{*rc::gen::inRange<std::int64_t>(1'200'000'000, 1'800'000'000) * 1000};
    const char* zone = *rc::gen::element("America/New_York", "America/Phoenix", "Pacific/Honolulu");
    const auto end = add_business_hours(from, 48, zone);
    RC_ASSERT(end.has_value());
    RC_ASSERT(end->ms - from.ms >= 47 * hour_ms);  // a day of 23 hours
    RC_ASSERT(end->ms - from.ms <= 14 * day_ms);
  }));
}

TEST_CASE("clock: an unknown zone is refused, every state's is known") {
  CHECK(add_business_hours(start, 48, "Mars/Olympus").error().code == errc::invalid_input);
  for (const char* state : {"TX", "FL", "CA", "HI", "AK", "NB", "ZZ", ""})
    CHECK(add_business_hours(start, 48, zone_of_state(state)).has_value());
  CHECK(zone_of_state("TX") == "America/Chicago");
}

TEST_CASE("clock: the zone is the agency's own, else what is said of its state, else its state's") {
  case_settings settings;
  CHECK(zone_of(settings, "TXSO00071") == "America/Chicago");
  settings.time_zones = {{"TXSO00071", "America/Denver"}, {"ZZ", "Pacific/Guam"}};
  CHECK(zone_of(settings, "TXSO00071") == "America/Denver");
  CHECK(zone_of(settings, "TXSO00001") == "America/Chicago");
  CHECK(zone_of(settings, "ZZPD00001") == "Pacific/Guam");
  CHECK(zone_of(settings, "") == "Etc/UTC");
  CHECK(is_zone("America/Denver"));
  CHECK_FALSE(is_zone("Mars/Olympus"));
  CHECK_FALSE(is_zone(""));
  CHECK(has_two_zones("TX"));
  CHECK_FALSE(has_two_zones("CA"));
}
