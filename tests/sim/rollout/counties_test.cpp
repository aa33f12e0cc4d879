#include "sim/rollout/counties.hpp"

#include <doctest/doctest.h>

#include <set>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/shipped.hpp"

using namespace whorl::rollout;

TEST_CASE("counties: 3,142 of 51 states, activated from October 2008 to January 2013") {
  REQUIRE(parse_counties(shipped_text("counties.csv"), "counties.csv"));
  const auto all = counties();
  REQUIRE(all.size() == 3142);
  std::set<std::string> states;
  std::int32_t first = all[0].activated, last = first;
  for (const county& c : all) {
    states.insert(c.state);
    first = std::min(first, c.activated);
    last = std::max(last, c.activated);
    CHECK(c.ori.size() == 9);
  }
  CHECK(states.size() == 51);
  CHECK(day_text(first) == "2008-10-27");
  CHECK(day_text(last) == "2013-01-22");
  const int harris = find_county("48201");
  REQUIRE(harris >= 0);
  CHECK(all[static_cast<std::size_t>(harris)].name == "Harris County");
  CHECK(find_county("99999") == -1);
}

TEST_CASE("counties: a bad table is refused with line and field") {
  const std::string head(
      "fips,state,county,pop2010,pop2011,pop2012,pop2013,noncitizens_2010,activated,border\n");
  for (const auto& [row, says] : {std::pair<std::string, std::string>{"1,2,3\n", "10 are"},
                                  {"01001,AL,A,x,1,1,1,0,2010-01-01,0\n", "population 'x'"},
                                  {"01001,AL,A,5,5,5,5,6,2010-01-01,0\n", "noncitizens_2010"},
                                  {"01001,AL,A,5,5,5,5,1,soon,0\n", "activated"}}) {
    const auto read = parse_counties(head + row, "my.csv");
    REQUIRE_FALSE(read);
    CHECK(read.error().message.starts_with("my.csv:2: "));
    CHECK(read.error().message.find(says) != std::string::npos);
  }
  CHECK_FALSE(parse_counties("a,b\n", "my.csv"));
  CHECK(split_csv("a,\"b, \"\"c\"\"\",d") == std::vector<std::string>{"a", "b, \"c\"", "d"});
}
