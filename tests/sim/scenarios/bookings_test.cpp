// Scenarios: bookings and what their senders are told.
#include <doctest/doctest.h>

#include "tests/sim/scenarios/scenario_support.hpp"

using namespace whorl;
using namespace whorl::test;

TEST_CASE("scenario: a booking acknowledged just before the exchange dies is answered after") {
  play({}, [](script& s) {
    const auto one = s.booking(both);
    s.then(send(one)).when(acknowledged(one), kill_exchange());
    s.at_the_end(hit(one, in_criminal));
    s.at_the_end(hit(one, in_immigration));
  });
}

TEST_CASE("scenario: a booking that the disk refused is said to be so, and taken when sent again") {
  play({}, [](script& s) {
    const auto one = s.booking(nobody);
    s.then(refuse_append("/accepted"), send(one)).when(acknowledged(one));
    s.expect(was_refused(one, errc::io)).expect(not_so(was_told_of_the_original(one)));
    s.at_the_end(enrolments_are(1));
  });
}

TEST_CASE("scenario: a booking stored as the exchange died, unheard, is the same when sent again") {
  play({}, [](script& s) {
    const auto one = s.booking(nobody);
    s.then(crash_after_durable("/accepted"), send(one)).when(acknowledged(one));
    s.expect(was_told_of_the_original(one));
    s.at_the_end(enrolments_are(1)).at_the_end(messages_are(one, "/criminal", 1));
  });
}

TEST_CASE("scenario: a booking lost as the exchange died, unheard, is taken anew when sent again") {
  play({}, [](script& s) {
    const auto one = s.booking(criminal);
    s.then(crash_before_durable("/accepted"), send(one)).when(acknowledged(one));
    s.expect(not_so(was_told_of_the_original(one)));
    s.at_the_end(hit(one));
  });
}

TEST_CASE(
    "scenario: a booking sent five times at once is accepted once, and each copy is told so") {
  play({}, [](script& s) {
    const auto one = s.booking(nobody);
    s.then(send(one), send(one), send(one), send(one), send(one));
    s.when(that("five acknowledgements",
                [=](const scripted_world& w) { return w.client(one).acknowledgements == 5; }));
    s.expect(that("four of them of the original", [=](const scripted_world& w) {
      return std::ranges::count_if(w.client(one).answers, &client_answer::duplicate) == 4;
    }));
    s.at_the_end(enrolments_are(1)).at_the_end(messages_are(one, "/criminal", 1));
  });
}

TEST_CASE("scenario: a tampered copy sent while the original is in flight is refused") {
  play({}, [](script& s) {
    const auto one = s.booking(immigrant);
    s.then(searches_fail(100), send(one)).when(accepted(one), tamper(one));
    s.when(was_refused(one, errc::content_mismatch, true)).expect(not_so(answered(one)));
    s.then(searches_fail(0));
    s.at_the_end(hit(one, in_immigration)).at_the_end(cases_are(one, 1));
  });
}

TEST_CASE(
    "scenario: a tampered copy sent after the answer is refused by the exchange's next life") {
  play({}, [](script& s) {
    const auto one = s.booking(nobody);
    s.then(send(one)).when(answered(one), kill_exchange(), tamper(one));
    s.when(was_refused(one, errc::content_mismatch, true));
    s.at_the_end(enrolments_are(1)).at_the_end(messages_are(one, "/criminal", 1));
  });
}

TEST_CASE("scenario: two bookings of one unknown person at the same moment enrol one subject") {
  play({}, [](script& s) {
    const auto one = s.booking(nobody), two = s.booking(nobody);
    s.then(send(one), send(two));
    s.at_the_end(enrolments_are(1));
    s.at_the_end(that("one is a hit of whom the other enrolled", [=](const scripted_world& w) {
      return hit_of_enrolled(one, two).holds(w) != hit_of_enrolled(two, one).holds(w);
    }));
  });
}

TEST_CASE("scenario: three bookings of one unknown person enrol one, though the exchange dies") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(nobody), two = s.booking(nobody), three = s.booking(nobody);
    s.when(searchable_on(2), crash_after_durable("/record"), send(one), send(two), send(three));
    s.when(exchange_died(1));
    s.at_the_end(enrolments_are(1));
    s.at_the_end(exchange_died(1)).at_the_end(that("two encounters", [](const scripted_world& w) {
      return w.facts<encounter_added>(stream_id::criminal).size() == 2;
    }));
  });
}

TEST_CASE("scenario: four bookings in flight as the exchange dies are all answered after") {
  play({}, [](script& s) {
    const std::size_t all[] = {s.booking(criminal), s.booking(both), s.booking(immigrant),
                               s.booking(nobody)};
    s.then(searches_fail(100));
    for (const auto each : all) s.then(send(each));
    for (const auto each : all) s.when(acknowledged(each)).expect(not_so(answered(each)));
    s.then(searches_fail(0), kill_exchange());
    s.at_the_end(hit(all[0])).at_the_end(hit(all[1], in_immigration));
    s.at_the_end(hit(all[2], in_immigration)).at_the_end(enrolments_are(2));
  });
}
