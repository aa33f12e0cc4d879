// What nodes and the exchange count, and what they say of themselves, while searches and copies
// run.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "tests/actors/people.hpp"
#include "tests/cluster/running_cluster.hpp"

using namespace whorl;
using namespace whorl::test;
using actors::test::must;

namespace {

const std::vector<std::uint64_t> counted_people{1, 2, 3};

void book_each(running_cluster& cluster, const std::vector<std::uint64_t>& who) {
  for (const std::uint64_t person : who)
    must(cluster.exchange().submit(cluster.world().booking(person, 1)));
  must(cluster.exchange().drain());
}

std::uint64_t rounds_of(const actors::counts_of_rounds& all, std::size_t round) {
  return all[round].took.rounds();
}

/// The place of what begins so among what happened; fails where it did not happen after `from`.
std::size_t place_of(const std::vector<std::string>& events, const std::string& what,
                     std::size_t from = 0) {
  const auto found = std::find_if(events.begin() + static_cast<std::ptrdiff_t>(from), events.end(),
                                  [&](const std::string& line) { return line.starts_with(what); });
  CHECK_MESSAGE(found != events.end(), what);
  return static_cast<std::size_t>(found - events.begin());
}

}  // namespace

TEST_CASE("cluster counts: searches are counted on both sides, and who searched them") {
  running_cluster cluster(counted_people, 1, 1);
  const std::uint32_t partitions = cluster.world().store().partition_count;
  book_each(cluster, {1});
  const auto alone = must(cluster.exchange().cluster()).rounds;
  CHECK(rounds_of(alone.rounds, 0) >= 2);  // both galleries
  CHECK(alone.by_exchange == rounds_of(alone.rounds, 0) + rounds_of(alone.rounds, 1));
  cluster.start_nodes({"node-a"}, 1);
  book_each(cluster, {2, 31});
  const auto shared = must(cluster.exchange().cluster()).rounds;
  const auto node = must(cluster.node("node-a").counts());
  CHECK(shared.by_exchange == alone.by_exchange);
  CHECK(shared.in_hand == 0);
  CHECK(node.shard.in_hand == 0);
  CHECK(node.shard.waiting == 0);
  for (const std::size_t round : {0u, 1u}) {
    const std::uint64_t asked = rounds_of(shared.rounds, round) - rounds_of(alone.rounds, round);
    CHECK(asked >= 2);
    CHECK(rounds_of(node.shard.rounds, round) == asked);
    CHECK(node.shard.rounds[round].partitions_missing == 0);
    CHECK(shared.rounds[round].partitions_missing == 0);
  }
  CHECK(node.shard.rounds[0].partitions_answered == partitions * rounds_of(node.shard.rounds, 0));
}

TEST_CASE("cluster counts: a node that cannot copy says what it lacks, then catches up") {
  running_cluster cluster(counted_people, 1, 1);
  const std::string obstacle = cluster.replicas_of("node-a") + "/incoming";
  std::filesystem::create_directories(cluster.replicas_of("node-a"));
  write_file(obstacle, to_bytes("no folder"));  // where copies are to be received
  cluster.start_node("node-a");
  cluster.await("a copy was tried", [&](const auto&) {
    return std::ranges::any_of(cluster.events(), [](const std::string& line) {
      return line.starts_with("node-a replica criminal/0: ");
    });
  });
  book_each(cluster, {31});  // enrols: the stream grows
  cluster.await("word of the stream's tail",
                [&](const auto&) { return must(cluster.node("node-a").counts()).tails[0] > 0; });
  const auto before = must(cluster.node("node-a").counts());
  CHECK(before.connected);
  CHECK(before.copies_begun == 0);
  CHECK(before.copied_bytes == 0);
  CHECK(lacking(before).find("criminal/0 copying") != std::string::npos);
  REQUIRE(!before.replicas.empty());
  CHECK(lag_of(before, before.replicas.front()) == before.tails[0]);
  REQUIRE(std::filesystem::remove(obstacle));
  cluster.await_searchable(1);
  cluster.await("the node is whole", [&](const auto&) {
    return lacking(must(cluster.node("node-a").counts())).empty();
  });
  const auto after = must(cluster.node("node-a").counts());
  CHECK(after.copies_begun == 2 * cluster.world().store().partition_count);
  CHECK(after.copies_running == 0);
  CHECK(after.copied_bytes > 0);
  CHECK(after.map_epoch == must(cluster.exchange().cluster()).map.epoch);
  for (const replica_report& each : after.replicas) CHECK(lag_of(after, each) == 0);
}

TEST_CASE("cluster counts: what happens is said, by the node and by its exchange") {
  running_cluster cluster(counted_people, 1, 1);
  cluster.start_nodes({"node-a"}, 1);
  const auto whole = [&] { return lacking(must(cluster.node("node-a").counts())).empty(); };
  cluster.await("the node is whole", [&](const auto&) { return whole(); });
  auto events = cluster.events();
  const std::size_t met = place_of(events, "node-a connected: to the exchange");
  const std::size_t copying = place_of(events, "node-a copying criminal/1", met);
  place_of(events, "node-a ready criminal/1",
           place_of(events, "node-a following criminal/1", copying));
  place_of(events, "exchange connected node-a");
  cluster.stop_exchange();
  cluster.start_exchange();
  cluster.await_searchable(1);
  cluster.await("the node is whole again", [&](const auto&) { return whole(); });
  events = cluster.events();
  const std::size_t lost = place_of(events, "node-a lost: the exchange: ", met);
  place_of(events, "node-a connected: to the exchange", lost);
  CHECK(must(cluster.node("node-a").counts()).connects == 2);
  cluster.stop_node("node-a");
  cluster.await("the exchange has seen it go", [&](const auto&) {
    const auto now = cluster.events();
    return std::ranges::any_of(
        now, [](const std::string& line) { return line.starts_with("exchange lost node-a"); });
  });
}
