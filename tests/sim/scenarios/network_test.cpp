// Scenarios: what passes between processes.
#include <doctest/doctest.h>

#include "tests/sim/scenarios/scenario_support.hpp"

using namespace whorl;
using namespace whorl::test;

TEST_CASE("scenario: an exchange cut from all its nodes goes on alone and takes them back") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(nobody), two = s.booking(nobody);
    s.when(searchable_on(2), separate("exchange", "node-1"), separate("exchange", "node-2"));
    s.when(some_partition_is_away(), send(one)).when(answered(one));
    s.then(reunite("exchange", "node-1"), reunite("exchange", "node-2"));
    s.when(searchable_on(2), send(two)).when(answered(two));
    s.at_the_end(hit_of_enrolled(two, one));
  });
}

TEST_CASE("scenario: a node that hears and is not heard holds no search up") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both);
    s.when(searchable_on(2), block("node-1", "exchange"), send(one));
    s.when(all_of({answered(one), not_so(node_is("node-1", "alive"))}));
    s.then(reunite("exchange", "node-1")).when(searchable_on(2));
    s.at_the_end(hit(one)).at_the_end(hit(one, in_immigration));
  });
}

TEST_CASE("scenario: a node that is heard and does not hear holds no search up") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both);
    s.when(searchable_on(2), block("exchange", "node-1"), send(one));
    s.when(all_of({answered(one), not_so(node_is("node-1", "alive"))}));
    s.then(reunite("exchange", "node-1")).when(searchable_on(2));
    s.at_the_end(hit(one)).at_the_end(hit(one, in_immigration));
  });
}

TEST_CASE("scenario: all of this comes to the same when every message arrives twice") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(nobody), two = s.booking(both);
    s.then(begin(fault_kind::duplication)).when(searchable_on(2), send(one), send(two));
    s.when(all_of({answered(one), answered(two)})).then(end(fault_kind::duplication));
    s.at_the_end(no_hit(one)).at_the_end(hit(two)).at_the_end(enrolments_are(1));
  });
}

TEST_CASE("scenario: messages late and out of order cost a search nothing but time") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(nobody), two = s.booking(nobody);
    s.when(searchable_on(2), begin(fault_kind::delay, 5'000), begin(fault_kind::reordering, 5'000));
    s.then(send(one), send(two)).when(all_of({answered(one), answered(two)}));
    s.then(end(fault_kind::delay), end(fault_kind::reordering)).when(searchable_on(2));
    s.at_the_end(enrolments_are(1));
  });
}

TEST_CASE("scenario: while every message is lost nobody is told a no hit who is in a gallery") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both);
    s.when(searchable_on(2), begin(fault_kind::loss), send(one));
    s.after_ms(6'000, end(fault_kind::loss));
    s.when(all_of({answered(one), searchable_on(2)}));
    s.at_the_end(hit(one)).at_the_end(hit(one, in_immigration));
  });
}

TEST_CASE("scenario: a connection whose bytes are changed is made again") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both);
    s.when(searchable_on(2), begin(fault_kind::corrupt_bytes));
    s.when(some_partition_is_away(), send(one)).when(answered(one));
    s.then(end(fault_kind::corrupt_bytes)).when(searchable_on(2));
    s.at_the_end(hit(one));
  });
}

TEST_CASE("scenario: a copy is made whole over a link that loses one message of ten") {
  play({.nodes = 1}, [](script& s) {
    const auto one = s.booking(nobody), two = s.booking(nobody);
    s.then(begin(fault_kind::loss, 1'000), send(one)).when(searchable_on(1));
    s.then(end(fault_kind::loss)).when(answered(one), kill_exchange());
    s.when(searchable_on(1), send(two)).when(answered(two)).after_ms(500);
    s.expect(searched_by_nodes_alone());
    s.at_the_end(hit_of_enrolled(two, one));
  });
}
