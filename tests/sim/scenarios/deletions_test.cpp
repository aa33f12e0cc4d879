// Scenarios: records that are deleted.
#include <doctest/doctest.h>

#include "tests/sim/scenarios/scenario_support.hpp"

using namespace whorl;
using namespace whorl::test;

TEST_CASE("scenario: a deleted record is not told after its deletion was acknowledged") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(other_criminal);
    s.when(searchable_on(2), delete_record(in_criminal, other_criminal));
    s.when(ordered(0), send(one));
    s.at_the_end(no_hit(one)).at_the_end(enrolments_are(1));
  });
}

TEST_CASE("scenario: a deletion acknowledged just before the exchange dies holds after") {
  play({}, [](script& s) {
    const auto one = s.booking(other_immigrant);
    s.then(delete_record(in_immigration, other_immigrant));
    s.when(ordered(0), kill_exchange(), send(one));
    s.at_the_end(no_hit(one, in_immigration)).at_the_end(cases_are(one, 0));
  });
}

TEST_CASE("scenario: a deletion that the disk refused is said to be so and deletes nobody") {
  play({}, [](script& s) {
    const auto one = s.booking(other_criminal);
    s.then(refuse_append("delete-" + to_string(scenario::subject_of(other_criminal))));
    s.then(delete_record(in_criminal, other_criminal));
    s.when(order_refused(0, errc::io), send(one));
    s.at_the_end(hit(one));
  });
}

TEST_CASE("scenario: a deletion ordered twice deletes once") {
  play({}, [](script& s) {
    const auto one = s.booking(other_criminal);
    s.then(delete_record(in_criminal, other_criminal)).when(ordered(0), send(one));
    s.when(answered(one), delete_record(in_criminal, other_criminal)).when(ordered(1));
    s.at_the_end(that("one deletion", [](const scripted_world& w) {
      return w.facts<subject_deleted>(stream_id::criminal).size() == 1;
    }));
    s.at_the_end(no_hit(one));
  });
}

TEST_CASE("scenario: a node that was away during a deletion does not bring the record back") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(other_criminal);
    s.when(searchable_on(2), kill("node-1")).when(not_so(searchable_on(2)));
    s.then(delete_record(in_criminal, other_criminal)).when(ordered(0), start("node-1"));
    s.when(searchable_on(2), kill("node-2")).when(not_so(searchable_on(2)), send(one));
    s.when(answered(one)).after_ms(500).expect(searched_by_nodes_alone());
    s.at_the_end(no_hit(one));
  });
}

TEST_CASE("scenario: a node that copies during a deletion does not bring the record back") {
  play({.nodes = 1}, [](script& s) {
    const auto one = s.booking(other_criminal);
    s.then(clog("node-1", 4'000, 200)).when(has_replica("node-1", replica_state::copying));
    s.then(delete_record(in_criminal, other_criminal)).when(searchable_on(1), send(one));
    s.when(answered(one)).after_ms(500).expect(searched_by_nodes_alone());
    s.at_the_end(no_hit(one));
  });
}

TEST_CASE("scenario: who is deleted from one gallery is still found in the other") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both);
    s.when(searchable_on(2), delete_record(in_immigration, both)).when(ordered(0), send(one));
    s.at_the_end(hit(one)).at_the_end(no_hit(one, in_immigration)).at_the_end(cases_are(one, 0));
  });
}

TEST_CASE("scenario: a record deleted during round two is told as it was, or not at all") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(other_criminal), two = s.booking(other_criminal);
    s.when(searchable_on(2), send(one));
    s.when(round_reached(round_number::two), delete_record(in_criminal, other_criminal));
    s.when(all_of({ordered(0), answered(one)}), send(two)).when(answered(two));
    s.at_the_end(that("the second is no hit of the deleted record", [=](const scripted_world& w) {
      return w.answer(two, in_criminal)->subject != scenario::subject_of(other_criminal);
    }));
  });
}

TEST_CASE("scenario: disks that are what they were do not bring a deleted record back") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(other_criminal), two = s.booking(other_criminal);
    for (const char* disk : {"exchange", "node-1"}) s.when(searchable_on(2), set_disk_aside(disk));
    s.then(delete_record(in_criminal, other_criminal)).when(ordered(0)).after_ms(1'000);
    s.then(roll_back("node-1"), roll_back("exchange"), send(one)).when(answered(one));
    s.then(start("node-1")).when(searchable_on(2), kill("node-2"));
    s.when(not_so(searchable_on(2)), send(two)).when(answered(two)).after_ms(500);
    s.at_the_end(no_hit(one)).at_the_end(hit_of_enrolled(two, one));
  });
}
