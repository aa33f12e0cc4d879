// Scenarios: what the mode of a jurisdiction lets out.
#include <doctest/doctest.h>

#include "tests/sim/scenarios/scenario_support.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

constexpr jurisdiction_mode inactive = jurisdiction_mode::inactive;

void nothing_of_immigration(script& s, std::size_t booking) {
  s.at_the_end(not_so(answered(booking, in_immigration))).at_the_end(cases_are(booking, 0));
  s.at_the_end(messages_are(booking, "/iaq", 0)).at_the_end(messages_are(booking, "/idr", 0));
}

}  // namespace

TEST_CASE("scenario: an inactive jurisdiction's booking leaves no immigration search or case") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both, inactive);
    s.when(searchable_on(2), send(one)).when(answered(one)).after_ms(5'000);
    s.at_the_end(hit(one)).at_the_end(messages_are(one, "/criminal", 1));
    nothing_of_immigration(s, one);
  });
}

TEST_CASE("scenario: an inactive jurisdiction's booking stays out through a crash") {
  play({}, [](script& s) {
    const auto one = s.booking(immigrant, inactive);
    s.then(crash_after_durable("/accepted"), crash_after_durable("/record"));
    s.then(crash_after_durable("/answer"), send(one)).when(exchange_died(3)).after_ms(2'000);
    s.at_the_end(no_hit(one));
    nothing_of_immigration(s, one);
  });
}

TEST_CASE("scenario: a jurisdiction activated while a booking waits does not open that booking") {
  play({}, [](script& s) {
    const auto one = s.booking(immigrant, inactive), two = s.booking(immigrant, inactive);
    s.then(searches_fail(100), send(one)).when(acknowledged(one));
    s.then(set_mode(scenario::ori_inactive, jurisdiction_mode::full), kill_exchange());
    s.then(searches_fail(0)).when(answered(one), send(two)).when(answered(two, in_immigration));
    nothing_of_immigration(s, one);
    s.at_the_end(hit(two, in_immigration)).at_the_end(cases_are(two, 1));
  });
}

TEST_CASE(
    "scenario: a jurisdiction deactivated while a booking waits does not close that booking") {
  play({}, [](script& s) {
    const auto one = s.booking(immigrant), two = s.booking(immigrant);
    s.then(searches_fail(100), send(one)).when(acknowledged(one));
    s.then(set_mode(scenario::ori_full, inactive), kill_exchange());
    s.then(searches_fail(0)).when(answered(one), send(two)).when(answered(two)).after_ms(2'000);
    s.at_the_end(hit(one, in_immigration)).at_the_end(messages_are(one, "/iaq", 1));
    nothing_of_immigration(s, two);
  });
}

TEST_CASE("scenario: of one person booked by two agencies only the active one's is disclosed") {
  play({.nodes = 2}, [](script& s) {
    const auto open = s.booking(both), closed = s.booking(both, inactive);
    s.when(searchable_on(2), send(open), send(closed));
    s.when(all_of({answered(open, in_immigration), answered(closed)})).after_ms(2'000);
    s.at_the_end(hit(open)).at_the_end(hit(closed)).at_the_end(hit(open, in_immigration));
    s.at_the_end(cases_are(open, 1)).at_the_end(messages_are(open, "/iaq", 1));
    nothing_of_immigration(s, closed);
  });
}

TEST_CASE("scenario: an agency of a limited jurisdiction hears nothing of the immigration side") {
  play({}, [](script& s) {
    const auto one = s.booking(nobody, inactive), two = s.booking(both, inactive);
    s.then(set_mode(scenario::ori_inactive, jurisdiction_mode::limited), kill_exchange());
    s.then(send(one), send(two));
    s.when(all_of({answered(one, in_immigration), answered(two, in_immigration)}));
    s.at_the_end(no_hit(one, in_immigration)).at_the_end(messages_are(one, "/idr", 0));
    s.at_the_end(cases_are(two, 1)).at_the_end(messages_are(two, "/iaq", 1));
    s.at_the_end(messages_are(two, "/idr", 0));
  });
}
