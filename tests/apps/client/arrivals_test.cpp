// When bookings of a load are due.
#include "apps/client/arrivals.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <vector>

namespace whorl::test {

using namespace apps::client;

namespace {

std::vector<std::int64_t> all_of(const arrival_plan& plan) {
  arrivals schedule(plan);
  std::vector<std::int64_t> out;
  while (const auto at = schedule.next_us()) out.push_back(*at);
  return out;
}

arrival_plan any_plan() {
  arrival_plan out;
  out.per_second = *rc::gen::inRange(1, 2000) / 10.0;
  out.seconds = *rc::gen::inRange(1, 600) / 10.0;
  out.kind = *rc::gen::element(arrival_kind::poisson, arrival_kind::even);
  out.seed = *rc::gen::arbitrary<std::uint64_t>();
  return out;
}

}  // namespace

TEST_CASE("load: arrivals come in order, within the time, and the same for the same plan") {
  CHECK(rc::check([] {
    const arrival_plan plan = any_plan();
    const auto all = all_of(plan);
    RC_ASSERT(std::is_sorted(all.begin(), all.end()));
    for (const std::int64_t at : all)
      RC_ASSERT(at >= 0 && static_cast<double>(at) < plan.seconds * 1e6);
    RC_ASSERT(all == all_of(plan));
    RC_ASSERT(all.size() == count_of(plan));
    arrival_plan longer = plan;
    longer.seconds += 1;
    const auto more = all_of(longer);
    RC_ASSERT(more.size() >= all.size());
    RC_ASSERT(std::equal(all.begin(), all.end(), more.begin()));
  }));
}

TEST_CASE("load: even arrivals keep their gap to the end") {
  const auto all = all_of({.per_second = 3, .seconds = 1000, .kind = arrival_kind::even});
  REQUIRE(all.size() == 3000);
  for (std::size_t i = 0; i < all.size(); ++i)
    CHECK(std::abs(static_cast<double>(all[i]) - static_cast<double>(i) * 1e6 / 3) <= 1);
}

TEST_CASE("load: drawn arrivals are a Poisson process of that rate") {
  const arrival_plan plan{.per_second = 50, .seconds = 400, .seed = 7};
  const auto all = all_of(plan);
  const double expected = 20'000;
  CHECK(std::abs(static_cast<double>(all.size()) - expected) < 5 * std::sqrt(expected));
  // Gaps are exponential: e^-x of them are longer than x mean gaps.
  for (const double means : {0.5, 1.0, 2.0, 4.0}) {
    std::size_t longer = 0;
    for (std::size_t i = 1; i < all.size(); ++i)
      longer += static_cast<double>(all[i] - all[i - 1]) > means * 1e6 / plan.per_second;
    const double share = std::exp(-means);
    const double spread = std::sqrt(expected * share * (1 - share));
    CHECK(std::abs(static_cast<double>(longer) - expected * share) < 5 * spread);
  }
  arrival_plan other = plan;
  other.seed = 8;
  CHECK(all_of(other) != all);
}

TEST_CASE("load: no plan has more arrivals than are kept") {
  CHECK(count_of({.per_second = 1e9, .seconds = 1e5}) == arrivals_max);
  CHECK(count_of({.per_second = 1e-9, .seconds = 1}) == 0);
}

TEST_CASE("load: a rate is a number and a unit") {
  CHECK(parse_rate("5/s").value() == 5);
  CHECK(parse_rate("2.5").value() == 2.5);
  CHECK(parse_rate("300/m").value() == 5);
  CHECK(parse_rate("1800/h").value() == 0.5);
  for (const char* bad : {"", "x", "5/d", "5/", "-1/s", "0/s", "nan", "inf/s", "5 /s", "1e999"}) {
    CAPTURE(bad);
    CHECK(parse_rate(bad).error().code == errc::invalid_input);
  }
}

}  // namespace whorl::test
