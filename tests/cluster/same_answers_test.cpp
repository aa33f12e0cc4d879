// Whatever the layout, a search finds the same people with the same scores in the same order
// (promise 3), and what was enrolled before it began (reading one's writes).
#include <doctest/doctest.h>

#include <cstdlib>

#include "actors/cluster/node_counts.hpp"
#include "actors/probe_core.hpp"
#include "messages/ebts/reader.hpp"
#include "tests/actors/people.hpp"
#include "tests/cluster/running_cluster.hpp"

using namespace whorl;
using namespace whorl::test;
using actors::test::must;

namespace {

std::vector<probe_print> prints_of(const node_fixture& world, std::uint64_t person) {
  const auto booked = world.booking(person, 9);
  const auto whole = ebts::read_transaction(booked.transaction);
  REQUIRE(whole);
  return must(actors::probe_prints_of(*whole));
}

/// Who is enrolled, and who is searched for: half of them, and as many strangers.
struct question {
  std::vector<std::uint64_t> enrolled;
  std::vector<std::vector<probe_print>> probes;
};

question of_size(std::uint64_t people, std::uint64_t searched_for) {
  question out;
  for (std::uint64_t person = 1; person <= people; ++person) out.enrolled.push_back(person);
  const node_fixture world;
  for (std::uint64_t i = 0; i < searched_for; ++i)
    out.probes.push_back(prints_of(world, i % 2 == 0 ? 1 + i / 2 : people + 1 + i / 2));
  return out;
}

/// Of each probe, in the criminal gallery and in the immigration one.
std::vector<std::vector<scored_candidate>> answers_of(actors::local_node& node,
                                                      const question& what) {
  std::vector<std::vector<scored_candidate>> out;
  for (const auto& probe : what.probes)
    for (const auto gallery : actors::both_galleries) {
      actors::identified found = must(node.identify(gallery, probe));
      CHECK(found.people == what.enrolled.size());
      out.push_back(std::move(found.candidates));
    }
  return out;
}

}  // namespace

TEST_CASE("cluster: candidates, scores and order are those of one process (nodes, replicas)") {
  const bool whole = std::getenv("WHORL_LONG") != nullptr;
  const question what = whole ? of_size(600, 1000) : of_size(12, 8);
  node_fixture alone;
  alone.import_people(what.enrolled);
  const auto expected = answers_of(*alone.start(), what);
  REQUIRE_FALSE(expected.front().empty());
  std::vector<std::pair<std::uint32_t, std::uint32_t>> layouts{{1, 1}, {2, 1}, {4, 2}, {7, 3}};
  if (whole) layouts = {{1, 1}, {2, 1}, {2, 2}, {4, 1}, {4, 2}, {4, 3}, {7, 1}, {7, 2}, {7, 3}};
  for (const auto& [nodes, replicas] : layouts) {
    CAPTURE(nodes);
    CAPTURE(replicas);
    running_cluster cluster(what.enrolled, replicas, nodes);
    for (std::uint32_t i = 0; i < nodes; ++i) cluster.start_node("node-" + std::to_string(i));
    cluster.await_searchable(replicas);
    CHECK(answers_of(cluster.exchange(), what) == expected);
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
