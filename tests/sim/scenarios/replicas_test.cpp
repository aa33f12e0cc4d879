// Scenarios: replicas, and the map that says where they belong.
#include <doctest/doctest.h>

#include "tests/sim/scenarios/scenario_support.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

look the_map_is_past(std::shared_ptr<std::uint32_t> epoch) {
  return that("the map never goes back", [=](const scripted_world& w) {
    if (w.cluster() == nullptr) return true;
    if (w.cluster()->map.epoch < *epoch) return false;
    *epoch = w.cluster()->map.epoch;
    return true;
  });
}

}  // namespace

TEST_CASE("scenario: a node that comes back with an empty disk is filled before it is asked") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both), two = s.booking(nobody);
    s.when(searchable_on(2), kill("node-1"), empty_disk("node-1"));
    s.when(not_so(node_is("node-1", "alive")), start("node-1"), clog("node-1", 8'000, 300));
    s.when(has_replica("node-1", replica_state::copying), send(one), send(two));
    s.when(all_of({answered(one), answered(two)}));
    s.expect(that("node-1 was not asked", [](const scripted_world& w) {
      return w.rounds_asked("node-1", round_number::one) == 0;
    }));
    s.when(searchable_on(2));
    s.at_the_end(hit(one)).at_the_end(no_hit(two));
  });
}

TEST_CASE("scenario: what a node held is placed elsewhere once it is away for too long") {
  play({.nodes = 3}, [](script& s) {
    s.when(all_of({settled(), searchable_on(2), is_placed("node-1")}), kill("node-1"));
    s.when(all_of({not_so(is_placed("node-1")), settled(), searchable_on(2)}));
    s.then(start("node-1")).when(node_is("node-1", "alive"));
  });
}

TEST_CASE("scenario: a node that returns before it is taken for dead keeps its replicas") {
  play({.nodes = 3}, [](script& s) {
    auto epoch = std::make_shared<std::uint32_t>(0);
    s.when(all_of({settled(), searchable_on(2)}), [=](scripted_world& w) {
      *epoch = w.cluster()->map.epoch;
      w.kill("node-1");
    });
    s.when(not_so(node_is("node-1", "alive"))).after_ms(1'000, start("node-1"));
    s.when(all_of({node_is("node-1", "alive"), settled(), searchable_on(2)}));
    s.expect(that("the map is what it was",
                  [=](const scripted_world& w) { return w.cluster()->map.epoch == *epoch; }));
  });
}

TEST_CASE("scenario: a copy broken off by the death of its receiver is begun anew") {
  play({.nodes = 2}, [](script& s) {
    s.then(clog("node-1", 5'000, 300));
    s.when(has_replica("node-1", replica_state::copying), kill("node-1"));
    s.after_ms(500, start("node-1")).when(searchable_on(2));
  });
}

TEST_CASE("scenario: a copy broken off by the death of the exchange is begun anew") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both);
    s.then(clog("node-1", 5'000, 300));
    s.when(has_replica("node-1", replica_state::copying), kill_exchange(), send(one));
    s.when(searchable_on(2));
    s.at_the_end(hit(one));
  });
}

TEST_CASE("scenario: who is enrolled while a node copies is found on that node afterwards") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(nobody), two = s.booking(nobody);
    s.then(kill("node-2"), clog("node-1", 4'000, 200));
    s.when(has_replica("node-1", replica_state::copying), send(one));
    s.when(all_of({answered(one), searchable_on(1)})).expect(searched_by_exchange());
    s.then(kill_exchange()).when(searchable_on(1), send(two));
    s.when(answered(two)).after_ms(500).expect(searched_by_nodes_alone());
    s.at_the_end(hit_of_enrolled(two, one));
  });
}

TEST_CASE("scenario: who is enrolled while a node is away is found on that node afterwards") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(nobody), two = s.booking(nobody);
    s.when(searchable_on(2), kill("node-1")).when(not_so(searchable_on(2)), send(one));
    s.when(answered(one), start("node-1")).when(searchable_on(2), kill("node-2"));
    s.when(not_so(searchable_on(2)), send(two)).when(answered(two)).after_ms(500);
    s.expect(searched_by_nodes_alone());
    s.at_the_end(hit_of_enrolled(two, one));
  });
}

TEST_CASE("scenario: the map never goes back, however often the exchange dies") {
  play({.nodes = 3}, [](script& s) {
    s.always(the_map_is_past(std::make_shared<std::uint32_t>(0)));
    s.then(clog("node-1", 2'000, 200));
    s.when(has_replica("node-1", replica_state::copying), kill_exchange());
    s.when(searchable_on(1), kill_exchange()).when(searchable_on(2), kill("node-3"));
    s.when(not_so(is_placed("node-3")), kill_exchange(), start("node-3"));
    s.when(all_of({settled(), searchable_on(2)}), kill_exchange());
    s.when(all_of({settled(), searchable_on(2)}));
  });
}

TEST_CASE("scenario: a node whose disk is full holds nobody up, and is filled when it has room") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both), two = s.booking(nobody);
    s.when(searchable_on(2), kill("node-1"), empty_disk("node-1"), fill_disk("node-1"));
    s.when(not_so(node_is("node-1", "alive")), start("node-1")).after_ms(3'000);
    s.expect(not_so(searchable_on(2))).then(send(one), send(two));
    s.when(all_of({answered(one), answered(two)})).expect(not_so(searchable_on(2)));
    s.at_the_end(hit(one)).at_the_end(no_hit(two)).at_the_end(searchable_on(2));
  });
}

TEST_CASE("scenario: a node that joins late is given its share") {
  play({.nodes = 3}, [](script& s) {
    s.then(kill("node-3")).when(all_of({settled(), searchable_on(2)}));
    s.expect(not_so(is_placed("node-3"))).then(start("node-3"));
    s.when(all_of({settled(), searchable_on(2), is_placed("node-3")}));
    s.expect(has_replica("node-3", replica_state::ready));
  });
}

TEST_CASE("scenario: nodes that have all lost their disks are filled by the exchange again") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(nobody), two = s.booking(nobody);
    s.when(searchable_on(2), send(one)).when(answered(one));
    for (const char* node : {"node-1", "node-2"}) s.then(kill(node), empty_disk(node));
    s.when(some_partition_is_away(), start("node-1"), start("node-2"));
    s.when(searchable_on(2), send(two));
    s.at_the_end(hit_of_enrolled(two, one));
  });
}

TEST_CASE("scenario: a node whose disk is what it was catches up before it is asked") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(nobody), two = s.booking(nobody);
    s.when(searchable_on(2), set_disk_aside("node-1"), send(one));
    s.when(answered(one)).after_ms(1'000, roll_back("node-1"));
    s.when(not_so(searchable_on(2)), start("node-1")).when(searchable_on(2), kill("node-2"));
    s.when(not_so(searchable_on(2)), send(two)).when(answered(two)).after_ms(500);
    s.expect(searched_by_nodes_alone());
    s.at_the_end(hit_of_enrolled(two, one));
  });
}

TEST_CASE("scenario: a bit that changes under a running node costs its replica, which is copied") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both);
    s.when(searchable_on(2), clog("node-1", 30'000, 300), rot("node-1"));
    s.when(has_replica("node-1", replica_state::copying), send(one));
    s.when(answered(one)).when(searchable_on(2));
    s.at_the_end(hit(one));
  });
}

TEST_CASE("scenario: a node whose disk has rotted while it was off loses nobody") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both);
    s.when(searchable_on(2), kill("node-1"));
    for (int bit = 0; bit < 4; ++bit) s.then(rot("node-1"));
    s.when(not_so(searchable_on(2)), start("node-1"));
    s.when(searchable_on(2), kill("node-2")).when(not_so(searchable_on(2)), send(one));
    s.at_the_end(hit(one));
  });
}

TEST_CASE(
    "scenario: a node of a newer program is asked nothing until its exchange speaks with it") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both), two = s.booking(criminal);
    s.when(searchable_on(2), kill("node-1"), set_version("node-1", node_protocol + 1));
    s.when(not_so(searchable_on(2)), start("node-1"));
    s.when(is_of_other_version("node-1"), kill("node-2"), send(one), send(two));
    s.when(all_of({answered(one), answered(two)}))
        .expect(that("nobody was asked", [](const auto& w) {
          return w.rounds_asked("node-1", round_number::one) == 0;
        }));
    s.then(set_version("node-1", node_protocol), start("node-2")).when(searchable_on(2));
    s.when(not_so(is_of_other_version("node-1")));
    s.at_the_end(hit(one)).at_the_end(hit(two));
  });
}

TEST_CASE("scenario: a node of the oldest program that is spoken with searches as others do") {
  play({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both);
    s.when(searchable_on(2), kill("node-1"), set_version("node-1", node_protocol_oldest));
    s.when(not_so(searchable_on(2)), start("node-1")).when(searchable_on(2), kill("node-2"));
    s.when(not_so(searchable_on(2)), send(one)).when(answered(one)).after_ms(500);
    s.expect(searched_by_nodes_alone());
    s.at_the_end(hit(one));
  });
}
