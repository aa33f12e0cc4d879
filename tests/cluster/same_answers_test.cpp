// Whatever the layout, a search finds the same people with the same scores in the same order
// (promise 3), and what was enrolled before it began (reading one's writes).
#include <doctest/doctest.h>

#include "actors/probe_core.hpp"
#include "messages/ebts/reader.hpp"
#include "tests/actors/people.hpp"
#include "tests/cluster/running_cluster.hpp"

using namespace whorl;
using namespace whorl::test;
using actors::test::must;

namespace {

const std::vector<std::uint64_t> enrolled{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

std::vector<probe_print> prints_of(const node_fixture& world, std::uint64_t person) {
  const auto booked = world.booking(person, 9);
  const auto whole = ebts::read_transaction(booked.transaction);
  REQUIRE(whole);
  return must(actors::probe_prints_of(*whole));
}

std::vector<scored_candidate> found_by(actors::local_node& node, const node_fixture& world,
                                       std::uint64_t person, gallery_kind gallery) {
  const actors::identified found = must(node.identify(gallery, prints_of(world, person)));
  CHECK(found.people == enrolled.size());
  return found.candidates;
}

}  // namespace

TEST_CASE("cluster: candidates, scores and order are those of one process (nodes, replicas)") {
  node_fixture alone;
  alone.import_people(enrolled);
  const auto single = alone.start();
  std::map<std::pair<std::uint64_t, gallery_kind>, std::vector<scored_candidate>> expected;
  for (const std::uint64_t person : {3, 8, 77})
    for (const auto gallery : {gallery_kind::criminal, gallery_kind::immigration})
      expected[{person, gallery}] = found_by(*single, alone, person, gallery);
  for (const auto& [nodes, replicas] :
       std::vector<std::pair<std::uint32_t, std::uint32_t>>{{1, 1}, {2, 1}, {4, 2}, {7, 3}}) {
    CAPTURE(nodes);
    CAPTURE(replicas);
    running_cluster cluster(enrolled, replicas, nodes);
    for (std::uint32_t i = 0; i < nodes; ++i) cluster.start_node("node-" + std::to_string(i));
    cluster.await_searchable(replicas);
    for (const auto& [what, candidates] : expected)
      CHECK(found_by(cluster.exchange(), cluster.world(), what.first, what.second) == candidates);
  }
}

TEST_CASE("cluster: what a booking enrolled is found by the next search, on every node") {
  running_cluster cluster({1, 2, 3}, 2, 2);
  cluster.start_nodes({"node-a", "node-b"}, 2);
  for (std::uint64_t person = 20; person < 26; ++person) {
    must(cluster.exchange().submit(cluster.world().booking(person, 1)));
    must(cluster.exchange().drain());
    const auto found = must(
        cluster.exchange().identify(gallery_kind::criminal, prints_of(cluster.world(), person)));
    REQUIRE(!found.candidates.empty());
    CHECK(score_of(found.candidates.front()) > 600);
  }
  const auto tail = must(cluster.world().store().log->tail(stream_id::criminal)).seq;
  CHECK(tail >= 6);
  cluster.await("both nodes at the tail", [&](const actors::cluster_status& now) {
    for (const auto& node : now.nodes)
      for (const replica_report& each : node.report.replicas)
        if (each.partition.gallery == gallery_kind::criminal && each.applied_seq < tail)
          return false;
    return true;
  });
}
