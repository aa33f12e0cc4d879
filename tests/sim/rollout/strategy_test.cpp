#include "sim/rollout/strategy.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "sim/rollout/calendar.hpp"

using namespace whorl::rollout;

namespace {
activation_plan by(strategy_kind kind, std::uint64_t seed = 1) {
  scenario s = usual_scenario();
  s.strategy = kind;
  auto out = plan(s, counties(), seed);
  REQUIRE(out);
  return *std::move(out);
}
}  // namespace

TEST_CASE("strategy: history's days come out as they went in") {
  const activation_plan p = by(strategy_kind::historical);
  for (std::size_t i = 0; i < counties().size(); ++i) REQUIRE(p.day[i] == counties()[i].activated);
}

TEST_CASE("strategy: other orders keep history's pace") {
  std::vector<std::int32_t> history = by(strategy_kind::historical).day;
  std::sort(history.begin(), history.end());
  for (const auto kind : {strategy_kind::risk, strategy_kind::population, strategy_kind::border,
                          strategy_kind::random}) {
    activation_plan p = by(kind);
    for (std::size_t k = 1; k < p.order.size(); ++k)
      REQUIRE(p.day[p.order[k - 1]] <= p.day[p.order[k]]);
    std::sort(p.day.begin(), p.day.end());
    CHECK(p.day == history);
  }
  CHECK(counties()[by(strategy_kind::population).order[0]].fips == "06037");
  const activation_plan border = by(strategy_kind::border);
  for (std::size_t k = 0; k < 23; ++k) CHECK(counties()[border.order[k]].border);
  CHECK(by(strategy_kind::random, 1).order != by(strategy_kind::random, 2).order);
}

TEST_CASE("strategy: a user's file, and what is wrong in one") {
  scenario s = usual_scenario();
  s.strategy = strategy_kind::file;
  s.strategy_file = "mine.csv";
  const auto good = plan(s, counties(), 1, "fips,day\n48201,2009-01-01\n# none\n");
  REQUIRE(good);
  CHECK(good->day[static_cast<std::size_t>(find_county("48201"))] ==
        parse_day("2009-01-01").value());
  CHECK(good->day[static_cast<std::size_t>(find_county("06037"))] == never);
  const auto bad = plan(s, counties(), 1, "48201,2009-01-01\n99999,2009-01-01\n");
  REQUIRE_FALSE(bad);
  CHECK(bad.error().message.starts_with("mine.csv:2: "));
  const auto twice = plan(s, counties(), 1, "48201,2009-01-01\n\n48201,2010-01-01\n");
  REQUIRE_FALSE(twice);
  CHECK(twice.error().message == "mine.csv:3: county 48201 has its day in line 1 already");
  const auto of_a_spreadsheet = plan(s, counties(), 1,
                                     "\xef\xbb\xbf"
                                     "FIPS,day\r\n48201,2009-01-01\r\n");
  REQUIRE(of_a_spreadsheet);
  CHECK(of_a_spreadsheet->day == good->day);
  for (const char* nobody : {"", "fips,day\n", "# none\n\n"}) {
    const auto empty = plan(s, counties(), 1, nobody);
    REQUIRE_FALSE(empty);
    CHECK(empty.error().message == "mine.csv: no county in it: a line each, FIPS,YYYY-MM-DD");
  }
}
