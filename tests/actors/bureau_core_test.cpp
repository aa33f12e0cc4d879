#include "actors/bureau_core.hpp"

#include "tests/actors/people.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::actors::test;

TEST_CASE(
    "bureau_core: a state that rejects takes nothing from its agencies, but from its bureau") {
  const std::vector<bureau_rule> rules = {{"TX", 0, "through the bureau"}, {"FL", 30, ""}};
  const status refused_one = bureau_takes(rules, {"desk", role::lea, "TX0000001"}, "TX0000001");
  CHECK(refused(refused_one, errc::forbidden, {"bureau of TX", "through the bureau"}));
  CHECK(bureau_takes(rules, {"bureau", role::sib, "TX"}, "TX0000001").has_value());
  CHECK(bureau_takes(rules, {"desk", role::lea, "FL0000001"}, "FL0000001").has_value());
  CHECK(bureau_takes(rules, {"desk", role::lea, "NY0000001"}, "NY0000001").has_value());
  CHECK(bureau_takes({}, {"desk", role::lea, "TX0000001"}, "TX0000001").has_value());
}

TEST_CASE("bureau_core: forwarded so many minutes after acceptance, whenever one asks") {
  booking_accepted accepted;
  accepted.ori = "FL0000001";
  accepted.accepted_at = {1'000};
  const std::vector<bureau_rule> rules = {{"TX", 5, ""}, {"FL", 30, ""}};
  const instant due{1'000 + 30 * 60'000};
  CHECK(forwarded_at(rules, accepted, {1'000}) == due);
  CHECK(forwarded_at(rules, accepted, {due.ms - 1}) == due);
  CHECK_FALSE(forwarded_at(rules, accepted, due));
  accepted.ori = "NY0000001";
  CHECK_FALSE(forwarded_at(rules, accepted, {1'000}));
}

TEST_CASE("bureau_core: a clock that was set back holds nothing up for longer than the delay") {
  booking_accepted accepted;
  accepted.ori = "FL0000001";
  accepted.accepted_at = {3'600'000};
  const std::vector<bureau_rule> rules = {{"FL", 30, ""}};
  CHECK(forwarded_at(rules, accepted, {1'000}) == instant{1'000 + 30 * 60'000});
  CHECK_FALSE(forwarded_at({}, accepted, {1'000}));
}
