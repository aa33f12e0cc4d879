#include "sim/rollout/calendar.hpp"

#include <doctest/doctest.h>

using namespace whorl::rollout;

TEST_CASE("calendar: days, weeks and months") {
  const std::int32_t start = parse_day("2008-10-27").value();
  CHECK(day_text(start) == "2008-10-27");
  CHECK(weekday_of(start) == 0);  // a Monday
  CHECK(month_text(month_of(start)) == "2008-10");
  CHECK(day_text(month_begin(month_of(start) + 3)) == "2009-01-01");
  CHECK(year_of(parse_day("2010-07-02").value()) == doctest::Approx(2010.5).epsilon(1e-5));
  for (const char* bad : {"2008-13-01", "2009-02-29", "yesterday", "2008-1-1", ""})
    CHECK_FALSE(parse_day(bad));
}

TEST_CASE("calendar: local time of states, with summer time where there is one") {
  const std::int32_t winter = parse_day("2010-01-15").value(),
                     summer = parse_day("2010-07-15").value();
  CHECK(local_offset_hours("NY", winter) == -5);
  CHECK(local_offset_hours("NY", summer) == -4);
  CHECK(local_offset_hours("AZ", summer) == -7);
  CHECK(local_offset_hours("NE", winter) == -6);
  CHECK(local_offset_hours("CA", parse_day("2010-03-13").value()) == -8);
  CHECK(local_offset_hours("CA", parse_day("2010-03-14").value()) == -7);
  CHECK(local_offset_hours("CA", parse_day("2010-11-07").value()) == -8);
}
