// The interface's table and how requests are matched against it.
#include "apps/osia/operations.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "messages/limits.hpp"
#include "tests/apps/osia/osia_world.hpp"

using namespace whorl;
using namespace whorl::apps::osia;
using namespace whorl::test;

namespace {

error refused(std::string_view method, const std::string& target) {
  std::string allow;
  const auto outcome = match(method, target, allow);
  REQUIRE(!outcome);
  return outcome.error();
}

}  // namespace

TEST_CASE("osia operations: the table is the standard's, operation by operation") {
  const auto against = find_standard();
  if (!against) return;
  const auto [code, said] = against->run("--operations");
  REQUIRE(code == 0);
  const json listed = json::parse(said);
  CHECK(listed.size() == operations().size());
  CHECK(listed.size() == 22);
  for (const json& theirs : listed) {
    const std::string id = theirs["id"];
    CAPTURE(id);
    const auto ours = std::find_if(operations().begin(), operations().end(),
                                   [&](const description& d) { return d.id == id; });
    REQUIRE(ours != operations().end());
    CHECK(ours->method == theirs["method"]);
    CHECK(ours->pattern == theirs["path"]);
    CHECK(ours->takes_body == theirs["body"]);
    CHECK(ours->needs_body == theirs["bodyRequired"]);
    auto statuses = theirs["statuses"].get<std::vector<unsigned>>();
    std::sort(statuses.begin(), statuses.end());
    CHECK(ours->statuses == statuses);
    auto query = theirs["query"].get<std::vector<std::string>>();
    CHECK(query.size() == ours->query.size() + 1);
    for (const std::string& name : query) CHECK((name == "transactionId" || ours->takes(name)));
  }
}

TEST_CASE("osia operations: a target is taken apart, names decoded") {
  std::string allow;
  const auto found = match(
      "GET", "/osia/v1/persons/a%20b/encounters/%C3%A9?transactionId=t%2F1&priority=9", allow);
  REQUIRE(found);
  CHECK(found->to->what == operation::read_encounter);
  CHECK(found->path.at("personId") == "a b");
  CHECK(found->path.at("encounterId") == "\xC3\xA9");
  CHECK(found->query.at("transactionId") == "t/1");
  CHECK(number_of(*found, "priority", 4) == 9);
  CHECK(number_of(*found, "limit", 7) == 7);
}

TEST_CASE("osia operations: a threshold is a number, however small, and rounded up") {
  const auto of = [](const std::string& value) {
    std::string allow;
    const auto found = match("POST", "/osia/v1/verify?transactionId=1&threshold=" + value, allow);
    REQUIRE(found);
    return threshold_of(*found);
  };
  CHECK(of("0") == 0u);
  CHECK(of("399.5") == 400u);
  CHECK(of("1e3") == 1000u);
  CHECK(of("1e-320") == 1u);  // less than a normal double: strtod says ERANGE
  std::string allow;
  const auto without = match("POST", "/osia/v1/verify?transactionId=1", allow);
  REQUIRE(without);
  CHECK_FALSE(threshold_of(*without));
}

TEST_CASE("osia operations: what is no call of an operation is refused with what is wrong") {
  const std::string t = "?transactionId=1";
  CHECK(refused("GET", "/osia/v1/nothing" + t).code == errc::not_found);
  CHECK(refused("GET", "/osia" + t).code == errc::not_found);
  CHECK(refused("DELETE", "/osia/v1/galleries" + t).code == errc::unsupported);
  for (const auto& [target, named] : std::vector<std::pair<std::string, std::string>>{
           {"/osia/v1/galleries", "transactionId"},
           {"/osia/v1/galleries?transactionId=", "transactionId"},
           {"/osia/v1/galleries?transactionId=1&transactionId=2", "twice"},
           {"/osia/v1/galleries" + t + "&threshold=1", "threshold"},
           {"/osia/v1/galleries" + t + "&priority=10", "priority"},
           {"/osia/v1/galleries" + t + "&priority=-1", "priority"},
           {"/osia/v1/galleries" + t + "&priority=4x", "priority"},
           {"/osia/v1/galleries/ALL" + t + "&limit=0", "limit"},
           {"/osia/v1/galleries/ALL" + t + "&limit=1001", "limit"},
           {"/osia/v1/galleries/ALL" + t + "&offset=99999999999999999999", "offset"},
           {"/osia/v1/galleries/%zz" + t, "escape"},
           {"/osia/v1/galleries/" + t, "galleryId"},
           {"/osia/v1/galleries?transactionId=%00", "escape"}}) {
    CAPTURE(target);
    CHECK(refused("GET", target).message.find(named) != std::string::npos);
  }
  for (const char* bad : {"-1", "x", "nan", "1e9", ""}) {
    CAPTURE(bad);
    CHECK(refused("POST", "/osia/v1/verify" + t + "&threshold=" + bad)
              .message.starts_with("threshold"));
  }
  CHECK(refused("GET", "/osia/v1/galleries/" + std::string(200, 'a') + t).code ==
        errc::invalid_input);
  CHECK(refused("GET", "/osia/" + std::string(5000, 'a')).code == errc::limit_exceeded);
}
