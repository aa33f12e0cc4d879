// Scenarios: bookings and what their senders are told.
#include <doctest/doctest.h>

#include "tests/sim/scenarios/scenario_support.hpp"

using namespace whorl;
using namespace whorl::test;

TEST_CASE("scenario: a booking acknowledged just before the exchange dies is answered after") {
  play({}, [](script& s) {
    const auto one = s.booking(both);
    s.then(send(one)).when(acknowledged(one), kill_exchange());
    s.at_the_end(hit(one, gallery_kind::criminal));
    s.at_the_end(hit(one, gallery_kind::immigration));
  });
}
