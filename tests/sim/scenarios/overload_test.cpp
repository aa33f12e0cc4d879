// Scenarios: more than the exchange takes.
#include <doctest/doctest.h>

#include "tests/sim/scenarios/scenario_support.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

/// As many as exchange_process lets be in flight.
constexpr std::size_t in_flight_most = 4;

std::vector<std::size_t> seven_people(script& s) {
  std::vector<std::size_t> all;
  for (const auto who :
       {criminal, other_criminal, both, other_both, nobody, other_nobody, third_nobody})
    all.push_back(s.booking(who));
  return all;
}

look accepted_are(std::vector<std::size_t> all, std::size_t count) {
  return that(std::to_string(count) + " are accepted", [=](const scripted_world& w) {
    return static_cast<std::size_t>(std::ranges::count_if(
               all, [&](std::size_t each) { return w.accepted(each); })) == count;
  });
}
look refused_for_now(std::vector<std::size_t> all, std::size_t count) {
  return that(std::to_string(count) + " are refused for now", [=](const scripted_world& w) {
    return static_cast<std::size_t>(std::ranges::count_if(all, [&](std::size_t each) {
             return was_refused(each, errc::overloaded).holds(w) && !w.accepted(each);
           })) == count;
  });
}
look all_answered(std::vector<std::size_t> all) {
  return that("all are answered", [=](const scripted_world& w) {
    return std::ranges::all_of(all, [&](std::size_t each) { return answered(each).holds(w); });
  });
}

}  // namespace

TEST_CASE("scenario: bookings beyond what is taken at once are refused, and taken later") {
  play({}, [](script& s) {
    const auto all = seven_people(s);
    s.then(searches_fail(100));
    for (const auto each : all) s.then(send(each));
    s.when(all_of(
        {refused_for_now(all, all.size() - in_flight_most), accepted_are(all, in_flight_most)}));
    s.after_ms(3'000).expect(accepted_are(all, in_flight_most)).then(searches_fail(0));
    s.when(all_answered(all));
    s.at_the_end(enrolments_are(3));
  });
}

TEST_CASE("scenario: a burst while both nodes are away is answered") {
  play({.nodes = 2}, [](script& s) {
    const auto all = seven_people(s);
    s.when(searchable_on(2), kill("node-1"), kill("node-2"));
    for (const auto each : all) s.then(send(each));
    s.when(all_answered(all));
    s.at_the_end(enrolments_are(3)).at_the_end(searched_by_exchange());
  });
}

TEST_CASE("scenario: a burst into an exchange that dies of it twice is answered") {
  play({.nodes = 2}, [](script& s) {
    const auto all = seven_people(s);
    s.when(searchable_on(2), crash_after_durable("/accepted"), crash_before_durable("/answer"));
    for (const auto each : all) s.then(send(each));
    s.when(all_of({all_answered(all), exchange_died(2)}));
    s.at_the_end(enrolments_are(3));
  });
}

TEST_CASE("scenario: a full exchange that dies takes up what it had before it takes more") {
  play({}, [](script& s) {
    const auto all = seven_people(s);
    s.then(searches_fail(100));
    for (const auto each : all) s.then(send(each));
    s.when(accepted_are(all, in_flight_most), kill_exchange()).after_ms(3'000);
    s.expect(accepted_are(all, in_flight_most)).then(searches_fail(0));
    s.when(all_answered(all));
  });
}

TEST_CASE("scenario: a burst with a node that stands still is answered by the others") {
  play({.nodes = 3}, [](script& s) {
    const auto all = seven_people(s);
    s.when(searchable_on(2), freeze("node-2"));
    for (const auto each : all) s.then(send(each));
    s.when(all_answered(all)).then(thaw("node-2"));
    s.at_the_end(enrolments_are(3));
  });
}
