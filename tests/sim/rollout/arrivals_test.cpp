#include "sim/rollout/arrivals.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/strategy.hpp"

using namespace whorl::rollout;

TEST_CASE("arrivals: as many as population and arrests say, by the week's and the day's pattern") {
  const scenario& s = usual_scenario();
  const arrivals all(s, counties(), 1);
  const auto harris = static_cast<std::size_t>(find_county("48201"));
  std::vector<std::int32_t> only(counties().size(), never);
  only[harris] = s.from;
  const std::int32_t first = parse_day("2010-01-04").value();  // a Monday
  constexpr int weeks = 40;
  std::array<double, 7> weekday{};
  std::array<double, 24> hour{};
  double count = 0, expected = 0;
  std::vector<booking> day;
  for (std::int32_t d = first; d < first + 7 * weeks; ++d) {
    all.of_day(d, only, day);
    expected += all.mean_a_day(harris, d);
    count += static_cast<double>(day.size());
    for (std::size_t i = 0; i < day.size(); ++i) {
      CHECK(day[i].place == harris);
      CHECK(day_of(day[i].at_ms) == d);
      if (i > 0) CHECK(day[i - 1].at_ms <= day[i].at_ms);
      CHECK(all.site_of(day[i]) < all.sites(harris));
      const std::int64_t local = day[i].at_ms + local_offset_hours("TX", d) * hour_ms;
      ++weekday[static_cast<std::size_t>(weekday_of(day_of(local)))];
      ++hour[static_cast<std::size_t>(local % day_ms / hour_ms)];
    }
  }
  CHECK(count > 50'000);
  CHECK(count == doctest::Approx(expected).epsilon(4 / std::sqrt(expected)));
  for (std::size_t i = 0; i < 7; ++i)
    CHECK(weekday[i] == doctest::Approx(count / 7 * s.weekdays[i]).epsilon(0.04));
  for (std::size_t i = 0; i < 24; ++i)
    CHECK(hour[i] == doctest::Approx(count / 24 * s.hours[i]).epsilon(0.09));
}

TEST_CASE("arrivals: about 30,000 sites, at least one in each county") {
  const arrivals all(usual_scenario(), counties(), 1);
  std::uint64_t sites = 0;
  for (std::size_t i = 0; i < counties().size(); ++i) {
    CHECK(all.sites(i) >= 1);
    sites += all.sites(i);
  }
  CHECK(sites == doctest::Approx(30'000).epsilon(0.01));
}
