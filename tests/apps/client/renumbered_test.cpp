// A booking that is sent again as a new one.
#include "apps/client/renumbered.hpp"

#include <doctest/doctest.h>

#include "apps/people.hpp"
#include "messages/ebts/reader.hpp"

namespace whorl::test {

using namespace apps::client;

TEST_CASE("load: a booking sent again has another control number and nothing else is changed") {
  apps::booking_plan plan;
  plan.index = 3;
  plan.ori = "ZZPD00001";
  plan.tcn = "FIRST-000000001";
  plan.date = "20261122";
  const auto file = apps::booking_file_of(plan);
  REQUIRE(file);
  const auto again = renumbered(*file, load_tcn("0badcafe", 17));
  REQUIRE(again);
  auto was = ebts::read_transaction(*file), is = ebts::read_transaction(*again);
  REQUIRE(was);
  REQUIRE(is);
  CHECK(is->tcn() == "LOAD-0badcafe-0000017");
  CHECK(was->tcn() == "FIRST-000000001");
  const auto back = renumbered(*again, "FIRST-000000001");
  REQUIRE(back);
  CHECK(*back == *file);
  CHECK(load_tcn("0badcafe", 999'999).size() <= 40);
  CHECK(load_tcn("0badcafe", 1) != load_tcn("0badcafe", 2));
  CHECK(renumbered(byte_view(), "LOAD-1").error().code == errc::invalid_input);
}

}  // namespace whorl::test
