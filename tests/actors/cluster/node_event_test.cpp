#include "actors/cluster/node_event.hpp"

#include <doctest/doctest.h>

using namespace whorl;
using namespace whorl::actors;

TEST_CASE("node event: the words say who, what and where") {
  const partition_id which{gallery_kind::immigration, 3};
  CHECK(words_of({.what = "stopped"}) == "stopped");
  CHECK(words_of({.what = "map", .map_epoch = 7, .text = "2 replicas belong here"}) ==
        "map 7: 2 replicas belong here");
  CHECK(words_of({.what = "ready", .partition = which}) == "ready immigration/3");
  CHECK(words_of({.what = "lost", .node = "node-a", .text = "its connection"}) ==
        "lost node-a: its connection");
}

TEST_CASE("node event: a round that missed a partition is a warning that names the booking") {
  const partition_id which{gallery_kind::criminal, 2};
  const round_note whole{{9}, gallery_kind::criminal, 1, 1200, 4, {}};
  CHECK(event_of(whole).level == event_level::debug);
  CHECK(event_of(whole).text.empty());
  round_note missed = whole;
  missed.missing = {{which, "node-b: behind the search's tail"}};
  const node_event said = event_of(missed);
  CHECK(said.level == event_level::warning);
  CHECK(words_of(said) == "round 1 of booking " + to_string(booking_id{9}) +
                              ", criminal: 1 of 4 partitions missing; criminal/2: node-b: behind "
                              "the search's tail");
}

TEST_CASE("node event: every state of a replica has a word") {
  CHECK(to_string(replica_state::copying) == "copying");
  CHECK(to_string(replica_state::following) == "following");
  CHECK(to_string(replica_state::ready) == "ready");
  CHECK(to_string(replica_state::failed) == "failed");
}
