#include "actors/cluster/round_counts.hpp"

#include <doctest/doctest.h>

using namespace whorl;
using namespace whorl::actors;

TEST_CASE("round counts: a time counts under the first bound that it does not pass") {
  latency_counts counts;
  for (const std::int64_t us : {0, 1000, 1001, 2000, 10'000'000, 10'000'001}) counts.add(us);
  CHECK(counts.counts[0] == 2);
  CHECK(counts.counts[1] == 2);
  CHECK(counts.counts[latency_counts::bounds_ms.size() - 1] == 1);
  CHECK(counts.counts.back() == 1);
  CHECK(counts.rounds() == 6);
  CHECK(counts.total_us == 20'004'002);
  counts.add(-5);  // a clock that was set back
  CHECK(counts.counts[0] == 3);
  CHECK(counts.total_us == 20'004'002);
}

TEST_CASE("round counts: a partition that is named twice is missing once") {
  const partition_id first{gallery_kind::criminal, 0}, second{gallery_kind::criminal, 1};
  round_note note{
      {7}, gallery_kind::criminal, 2, 1500, 5, {{first, "a"}, {first, "b"}, {second, "c"}}};
  CHECK(note.partitions_missing() == 2);
  counts_of_rounds all;
  counts_of(all, note).add(note);
  CHECK(all[0] == round_counts{});
  CHECK(all[1].partitions_missing == 2);
  CHECK(all[1].partitions_answered == 3);
  CHECK(all[1].took.rounds() == 1);
  note.round = 1;
  note.missing.clear();
  counts_of(all, note).add(note);
  CHECK(all[0].partitions_answered == 5);
  CHECK(all[0].partitions_missing == 0);
}
