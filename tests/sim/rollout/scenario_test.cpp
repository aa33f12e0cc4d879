#include "sim/rollout/scenario.hpp"

#include <doctest/doctest.h>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/shipped.hpp"

using namespace whorl::rollout;

namespace {
std::string refused(std::string_view text) {
  const auto read = parse_scenario(usual_scenario(), text, "mine.toml");
  return read ? "" : read.error().message;
}
}  // namespace

TEST_CASE("scenario: the shipped ones are good, and every number has a source and a mark") {
  const auto usual = parse_scenario({}, shipped_text("usual.toml"), "usual.toml");
  INFO((usual ? std::string() : usual.error().message));
  REQUIRE(usual);
  for (const parameter_info& p : parameters()) {
    REQUIRE(usual->origins.contains(p.name));
    CHECK_FALSE(usual->origins.find(p.name)->second.source.empty());
  }
  CHECK(arrest_rate(*usual, parse_day("2010-07-02").value()) ==
        doctest::Approx(4257.6).epsilon(1e-4));
  for (const shipped_file& one : shipped()) {
    if (!one.name.ends_with(".toml")) continue;
    const auto read = parse_scenario(usual_scenario(), one.text, std::string(one.name));
    INFO((read ? std::string() : read.error().message));
    CHECK(read);
  }
}

TEST_CASE("scenario: a user's file changes what it names and nothing else") {
  const auto mine =
      parse_scenario(usual_scenario(),
                     "name = \"fast\"\nrules_as_of = 2009-01-01\nstrategy = \"risk\"\npace = 2.0\n"
                     "[parameters]\nanalyst_minutes = {value = 9.0, mark = \"A\", "
                     "source = \"us\"}\n[[capacity]]\nresource = \"beds\"\n"
                     "servers = [5]\nmark = \"A\"\nsource = \"us\"\n",
                     "mine.toml");
  REQUIRE(mine);
  CHECK(mine->values.analyst_minutes == 9);
  CHECK(day_text(mine->rules_as_of) == "2009-01-01");
  CHECK(mine->values.action == usual_scenario().values.action);
  CHECK(servers_at(*mine, resource_id::beds, begin_of(mine->from + 9)) == 5);
  CHECK(servers_at(*mine, resource_id::analysts, begin_of(mine->from + 9)) ==
        servers_at(usual_scenario(), resource_id::analysts, begin_of(mine->from + 9)));
}

TEST_CASE("scenario: what is wrong is named with file, line and key") {
  CHECK(refused("stratgy = \"risk\"\n").find("mine.toml:1: stratgy: no such key") == 0);
  CHECK(refused("strategy = \"best\"\n").find("historical") != std::string::npos);
  CHECK(refused("[parameters]\nactoin = {value = 1, mark = \"A\", source = \"s\"}\n")
            .find("mine.toml:2: actoin") == 0);
  CHECK(refused("[parameters]\naction = {value = 7, mark = \"A\", source = \"s\"}\n")
            .find("from 0") != std::string::npos);
  CHECK(refused("gate_load = 0.5\n")
            .find("mine.toml:1: gate_load: is a parameter: write it under "
                  "[parameters]") == 0);
  CHECK(refused("[parameters]\ngate_counties = {value = 2.5, mark = \"A\", source = \"s\"}\n")
            .find("mine.toml:2: gate_counties: expected a whole number of counties") == 0);
  CHECK(refused("[parameters]\naction = {value = 0.5, source = \"s\"}\n").find("mark") !=
        std::string::npos);
  CHECK(refused("[[capacity]]\nresource = \"chairs\"\nservers = [1]\nmark = \"A\"\n"
                "source = \"s\"\n")
            .find("analysts") != std::string::npos);
  CHECK(refused("[[capacity]]\nresource = \"beds\"\nservers = [1, 2, 2.9]\nmark = \"A\"\n"
                "source = \"s\"\n")
            .find("mine.toml:3: capacity.servers: expected whole numbers") == 0);
  CHECK(refused("to = 2001-01-01\n").find("after from") != std::string::npos);
  CHECK(refused("statistics_from = 2031-01-01\n").find("statistics_from: must be from") !=
        std::string::npos);
  const std::string origin = "mark = \"A\"\nsource = \"s\"\n";
  CHECK(refused("[arrests_per_100k]\n" + origin).find("nobody would be booked") !=
        std::string::npos);
  const auto kind = [&](const std::string& code, const std::string& share) {
    return "[offences]\n" + origin + "kinds = [{name = \"x\", code = \"" + code +
           "\", share = " + share +
           ", grave = false, felony = 0.5, convicted = 0.5, long_sentence = 0.5}]\n";
  };
  CHECK(refused(kind("zz!!", "1")).find("four digits") != std::string::npos);
  CHECK(refused(kind("1313", "0")).find("all shares are 0") != std::string::npos);
  CHECK(refused("[[capacity]]\nresource = \"beds\"\nfrom = 2010-01-01\nservers = [5]\n" + origin)
            .find("of beds nothing is said for the first day") != std::string::npos);
}
