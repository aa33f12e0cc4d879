// Scenarios: crashes of the exchange.
#include <doctest/doctest.h>

#include "tests/sim/scenarios/scenario_support.hpp"

using namespace whorl;
using namespace whorl::test;

TEST_CASE("scenario: an enrolment stored as the exchange died is not made a second time") {
  play({}, [](script& s) {
    const auto one = s.booking(nobody);
    s.then(crash_after_durable("/record"), send(one));
    s.when(all_of({answered(one), exchange_died(1)}));
    s.at_the_end(no_hit(one)).at_the_end(enrolments_are(1));
  });
}

TEST_CASE("scenario: an enrolment that died with the exchange twice is made the third time") {
  play({}, [](script& s) {
    const auto one = s.booking(nobody);
    s.then(crash_before_durable("/record"), crash_before_durable("/record"), send(one));
    s.when(all_of({answered(one), exchange_died(2)}));
    s.at_the_end(no_hit(one)).at_the_end(enrolments_are(1));
  });
}

TEST_CASE("scenario: an enrolment that the disk refuses is made when it takes it") {
  play({}, [](script& s) {
    const auto one = s.booking(nobody), two = s.booking(nobody);
    s.then(refuse_append("/record"), refuse_append("/record"), send(one), send(two));
    s.when(all_of({answered(one), answered(two), struck(fault_kind::append_refused, 2)}));
    s.at_the_end(enrolments_are(1));
  });
}

TEST_CASE("scenario: an answer stored as the exchange died is told once") {
  play({}, [](script& s) {
    const auto one = s.booking(criminal);
    s.then(crash_after_durable("/criminal/answer"), send(one)).when(exchange_died(1));
    s.at_the_end(hit(one)).at_the_end(messages_are(one, "/criminal", 1));
  });
}

TEST_CASE("scenario: notices that died with the exchange are written after its return, once") {
  play({}, [](script& s) {
    const auto one = s.booking(immigrant);
    s.then(crash_before_durable("/notices"), crash_after_durable("/notices"), send(one));
    s.when(all_of({answered(one), answered(one, in_immigration), exchange_died(2)}));
    s.at_the_end(messages_are(one, "/criminal", 1)).at_the_end(messages_are(one, "/iaq", 1));
    s.at_the_end(cases_are(one, 1));
  });
}

TEST_CASE("scenario: a delivery that was not noted is noted after the exchange's return, once") {
  play({}, [](script& s) {
    const auto one = s.booking(criminal);
    s.then(crash_before_durable("/criminal/delivered"), send(one)).when(exchange_died(1));
    s.at_the_end(messages_are(one, "/criminal", 1));
  });
}

TEST_CASE("scenario: a booking is answered once though the exchange dies ten times meanwhile") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(nobody);
    s.when(searchable_on(2), send(one)).when(accepted(one));
    for (int life = 0; life < 10; ++life) s.after_ms(20 + 20 * life, kill_exchange());
    s.at_the_end(no_hit(one)).at_the_end(enrolments_are(1));
    s.at_the_end(messages_are(one, "/criminal", 1));
  });
}

TEST_CASE("scenario: an exchange whose nodes have not found it again answers alone") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both);
    s.when(searchable_on(2), separate("exchange", "node-1"), separate("exchange", "node-2"));
    s.then(kill_exchange(), send(one)).when(answered(one)).after_ms(500);
    s.expect(searched_by_exchange());
    s.at_the_end(hit(one));
  });
}

TEST_CASE("scenario: an exchange that stood still for a minute goes on where it was") {
  play({.nodes = 2, .longest_ms = 120'000}, [](script& s) {
    const auto one = s.booking(both), two = s.booking(nobody);
    s.when(searchable_on(2), send(one), send(two)).when(accepted(one), freeze("exchange"));
    s.after_ms(60'000, thaw("exchange")).when(all_of({answered(one), answered(two)}));
    s.at_the_end(hit(one)).at_the_end(no_hit(two));
  });
}

TEST_CASE("scenario: projections that come back as they were catch up with the journal") {
  play({}, [](script& s) {
    const auto one = s.booking(nobody), two = s.booking(both), three = s.booking(nobody);
    s.then(set_disk_aside("exchange"), send(one), send(two));
    s.when(all_of({answered(one), cases_are(two, 1)})).after_ms(1'000);
    s.then(roll_back("exchange"), send(one)).when(was_told_of_the_original(one), send(three));
    s.at_the_end(hit_of_enrolled(three, one)).at_the_end(enrolments_are(1));
    s.at_the_end(messages_are(one, "/criminal", 1)).at_the_end(messages_are(two, "/criminal", 1));
    s.at_the_end(cases_are(two, 1));
  });
}
