// Scenarios: clocks, and processes that stand still.
#include <doctest/doctest.h>

#include "tests/sim/scenarios/scenario_support.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

constexpr std::int64_t hour_ms = 3'600'000;

}  // namespace

TEST_CASE("scenario: a clock set back an hour holds up nothing") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both), two = s.booking(nobody);
    s.when(searchable_on(2), searches_fail(100), send(one));
    s.when(accepted(one), searches_fail(0), set_clock(-hour_ms), kill_exchange(), send(two));
    s.when(all_of({answered(one), answered(two), searchable_on(2)}));
    s.at_the_end(hit(one)).at_the_end(no_hit(two)).at_the_end(messages_are(one, "/criminal", 1));
  });
}

TEST_CASE("scenario: a clock set forward an hour gives nobody up before the deadline") {
  play({}, [](script& s) {
    const auto one = s.booking(both);
    s.then(searches_fail(100), send(one));
    s.when(accepted(one), set_clock(hour_ms), kill_exchange()).after_ms(5'000);
    s.expect(not_so(answered(one))).then(searches_fail(0)).when(answered(one));
    s.at_the_end(hit(one));
  });
}

TEST_CASE("scenario: a booking whose deadline passed while the exchange was off is failed once") {
  play({.booking_deadline_ms = hour_ms}, [](script& s) {
    const auto one = s.booking(nobody);
    s.then(searches_fail(100), send(one));
    s.when(accepted(one), set_clock(2 * hour_ms), kill_exchange()).when(answered(one));
    s.then(searches_fail(0), set_clock(0), kill_exchange()).after_ms(2'000);
    s.at_the_end(decided(one, in_criminal, answer_decision::failed));
    s.at_the_end(messages_are(one, "/criminal", 1)).at_the_end(enrolments_are(0));
  });
}

TEST_CASE("scenario: a node that stood still for a minute is taken back and searched") {
  play({.nodes = 2, .longest_ms = 120'000}, [](script& s) {
    const auto one = s.booking(nobody), two = s.booking(nobody);
    s.when(searchable_on(2), freeze("node-1"), send(one));
    s.after_ms(60'000, thaw("node-1")).when(searchable_on(2), kill("node-2"));
    s.when(not_so(searchable_on(2)), send(two)).when(answered(two)).after_ms(500);
    s.at_the_end(hit_of_enrolled(two, one));
  });
}

TEST_CASE("scenario: clocks that go at their own pace change no answer") {
  fault_plan skewed;
  skewed.per_myriad[static_cast<std::size_t>(fault_kind::clock_skew)] = 10'000;
  play({.nodes = 3, .plan = skewed}, [](script& s) {
    const auto one = s.booking(both), two = s.booking(nobody);
    s.when(searchable_on(2)).after_ms(20'000, send(one), send(two));
    s.when(all_of({answered(one), answered(two)})).expect(searchable_on(2));
    s.at_the_end(hit(one)).at_the_end(no_hit(two));
  });
}
