// Scenarios: operators' orders.
#include <doctest/doctest.h>

#include "tests/sim/scenarios/scenario_support.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

look at_rest_on_two() { return all_of({settled(), searchable_on(2)}); }

/// From when the flag is set.
look searchable_since(std::shared_ptr<bool> begun, std::size_t nodes) {
  return that("each partition can be searched on " + std::to_string(nodes) + " nodes meanwhile",
              [=](const scripted_world& w) {
                return !*begun || w.cluster() == nullptr || searchable_on(nodes).holds(w);
              });
}
deed set(std::shared_ptr<bool> flag) {
  return [=](scripted_world&) { *flag = true; };
}

}  // namespace

TEST_CASE("scenario: a drained node's replica is dropped only when another can be searched") {
  play({.nodes = 3}, [](script& s) {
    const auto begun = std::make_shared<bool>(false);
    s.always(searchable_since(begun, 2));
    s.when(at_rest_on_two(), set(begun), order_drain("node-1"));
    s.when(all_of({ordered(0), holds_nothing("node-1"), settled()}));
    s.expect(not_so(is_placed("node-1")));
  });
}

TEST_CASE("scenario: the last node is not drained of what nobody else can take") {
  play({.nodes = 1}, [](script& s) {
    const auto begun = std::make_shared<bool>(false);
    const auto one = s.booking(both);
    s.always(searchable_since(begun, 1));
    s.when(all_of({settled(), searchable_on(1)}), set(begun), order_drain("node-1"));
    s.when(ordered(0)).after_ms(5'000, send(one)).when(answered(one));
    s.at_the_end(hit(one));
  });
}

TEST_CASE("scenario: a drain is remembered by the exchange's next life") {
  play({.nodes = 3}, [](script& s) {
    s.when(at_rest_on_two(), order_drain("node-1")).when(ordered(0), kill_exchange());
    s.when(all_of({drained("node-1"), node_is("node-1", "alive"), not_so(is_placed("node-1")),
                   holds_nothing("node-1"), at_rest_on_two()}));
  });
}

TEST_CASE("scenario: a drain taken back at once changes nothing for long") {
  play({.nodes = 3}, [](script& s) {
    const auto one = s.booking(both);
    s.when(at_rest_on_two(), order_drain("node-1"), order_undrain("node-1"), send(one));
    s.when(all_of({ordered(0), ordered(1), answered(one), at_rest_on_two()}));
    s.expect(not_so(drained("node-1")));
    s.at_the_end(is_placed("node-1")).at_the_end(hit(one));
  });
}

TEST_CASE("scenario: a move to a node that then dies is not left half done") {
  play({.nodes = 3}, [](script& s) {
    s.when(at_rest_on_two(), order_move("node-1", "node-2")).when(ordered(0), kill("node-2"));
    s.when(all_of({not_so(is_placed("node-2")), at_rest_on_two()}), start("node-2"));
    s.when(all_of({node_is("node-2", "alive"), at_rest_on_two()}));
  });
}

TEST_CASE("scenario: a move from a node that then dies ends on the other") {
  play({.nodes = 3}, [](script& s) {
    const auto one = s.booking(criminal);
    s.when(at_rest_on_two(), order_move("node-1", "node-2")).when(ordered(0), kill("node-1"));
    s.then(send(one)).when(all_of({not_so(is_placed("node-1")), at_rest_on_two()}));
    s.at_the_end(hit(one));
  });
}

TEST_CASE("scenario: a move during which the exchange dies loses no replica") {
  play({.nodes = 3}, [](script& s) {
    const auto one = s.booking(both);
    s.when(at_rest_on_two(), order_move("node-1", "node-2"));
    s.when(ordered(0), kill_exchange(), send(one)).when(all_of({answered(one), at_rest_on_two()}));
    s.at_the_end(hit(one));
  });
}

TEST_CASE("scenario: a partition is searched on two nodes all the while that it moves") {
  play({.nodes = 3}, [](script& s) {
    const auto begun = std::make_shared<bool>(false);
    const auto one = s.booking(nobody), two = s.booking(nobody);
    s.always(searchable_since(begun, 2));
    s.when(at_rest_on_two(), set(begun), order_move("node-1", "node-2"), send(one));
    s.when(all_of({ordered(0), answered(one), at_rest_on_two()}), send(two));
    s.at_the_end(hit_of_enrolled(two, one)).at_the_end(enrolments_are(1));
  });
}

TEST_CASE("scenario: an order that makes no sense is refused and changes nothing") {
  play({.nodes = 2}, [](script& s) {
    const auto epoch = std::make_shared<std::uint32_t>(0);
    s.when(at_rest_on_two(), [=](scripted_world& w) { *epoch = w.cluster()->map.epoch; });
    s.then(order_drain("node-9"), order_undrain("node-1"), order_forget("node-1"));
    s.when(order_refused(0, errc::not_found)).when(order_refused(1, errc::not_found));
    s.when(order_refused(2, errc::conflict)).after_ms(1'000);
    s.expect(that("the map is what it was", [=](const scripted_world& w) {
      return w.cluster() != nullptr && w.cluster()->map.epoch == *epoch;
    }));
  });
}

TEST_CASE("scenario: a node forgotten while it is away is taken in again when it returns") {
  play({.nodes = 3}, [](script& s) {
    s.when(at_rest_on_two(), kill("node-1")).when(not_so(node_is("node-1", "alive")));
    s.then(order_forget("node-1")).when(all_of({ordered(0), not_so(is_placed("node-1"))}));
    s.when(at_rest_on_two(), start("node-1"));
    s.when(all_of({node_is("node-1", "alive"), is_placed("node-1"), at_rest_on_two()}));
  });
}

TEST_CASE("scenario: loads levelled while bookings come change no answer") {
  play({.nodes = 3}, [](script& s) {
    const auto one = s.booking(both), two = s.booking(nobody), three = s.booking(nobody);
    s.when(at_rest_on_two(), order_move("node-1", "node-2")).when(ordered(0), order_rebalance());
    s.then(send(one), send(two), send(three));
    s.when(all_of({ordered(1), answered(one), answered(two), answered(three), at_rest_on_two()}));
    s.at_the_end(hit(one)).at_the_end(enrolments_are(1));
  });
}
