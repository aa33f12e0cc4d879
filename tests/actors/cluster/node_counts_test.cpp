#include "actors/cluster/node_counts.hpp"

#include <doctest/doctest.h>

using namespace whorl;
using namespace whorl::actors;

namespace {

partition_id criminal_part(std::uint32_t index) { return {gallery_kind::criminal, index}; }

/// One that has two replicas to hold, and both ready.
node_counts whole_node() {
  node_counts now;
  now.node = "node-a";
  now.connected = true;
  now.map_epoch = 3;
  now.wanted = {criminal_part(0), {gallery_kind::immigration, 0}};
  now.replicas = {{criminal_part(0), replica_state::ready, 9, 5},
                  {{gallery_kind::immigration, 0}, replica_state::ready, 4, 2}};
  now.tails = {9, 4};
  return now;
}

}  // namespace

TEST_CASE("node counts: with exchange, map and every replica ready nothing is lacking") {
  CHECK(lacking(whole_node()).empty());
  node_counts empty = whole_node();
  empty.wanted.clear();  // the map gives it nothing, which is all it can hold
  CHECK(lacking(empty).empty());
}

TEST_CASE("node counts: what is lacking is named") {
  node_counts now = whole_node();
  now.connected = false;
  CHECK(lacking(now) == "the exchange is not connected");
  now = whole_node();
  now.map_epoch = 0;
  now.wanted.clear();
  CHECK(lacking(now) == "no partition map has come");
  now = whole_node();
  now.replicas[0].state = replica_state::copying;
  now.replicas[1].state = replica_state::following;
  now.tails[1] = 30;
  CHECK(lacking(now) == "criminal/0 copying; immigration/0 following, 26 facts behind");
  now.replicas.erase(now.replicas.begin());
  CHECK(lacking(now) == "criminal/0 waits for its copy; immigration/0 following, 26 facts behind");
}

TEST_CASE("node counts: of many that are lacking eight are named") {
  node_counts now = whole_node();
  now.wanted.clear();
  for (std::uint32_t i = 10; i < 20; ++i) now.wanted.push_back(criminal_part(i));
  const std::string words = lacking(now);
  CHECK(words.find("criminal/17 waits") != std::string::npos);
  CHECK(words.find("criminal/18") == std::string::npos);
  CHECK(words.ends_with("; and 2 more"));
}

TEST_CASE("node counts: a replica lags by the facts up to its gallery's tail") {
  const node_counts now = whole_node();
  CHECK(lag_of(now, {criminal_part(0), replica_state::ready, 2, 0}) == 7);
  CHECK(lag_of(now, {{gallery_kind::immigration, 0}, replica_state::ready, 2, 0}) == 2);
  CHECK(lag_of(now, {criminal_part(0), replica_state::ready, 12, 0}) ==
        0);  // word of it comes later
}

TEST_CASE("node counts: late word of a tail does not take it back") {
  keeper_counters counters;
  counters.hear_tail(gallery_kind::immigration, 8);
  counters.hear_tail(gallery_kind::immigration, 6);
  counters.copies_begun = 2;
  node_counts now;
  counters.copy_to(now);
  CHECK(now.tails == std::array<std::uint64_t, 2>{0, 8});
  CHECK(now.copies_begun == 2);
}
