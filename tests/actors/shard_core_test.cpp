#include "actors/shard_core.hpp"

#include <algorithm>

#include "tests/actors/people.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::actors::test;

namespace {

using candidates = std::vector<coarse_candidate>;

round_one_request asking(std::vector<std::uint32_t> partitions) {
  round_one_request request;
  request.search = {4711};
  request.partitions = std::move(partitions);
  request.tail_seq = 9;
  request.after_seq = 3;
  request.top_k = 2;
  return request;
}

scan_outcome looked(std::uint32_t partition, candidates found = {}) {
  scan_outcome outcome;
  outcome.coverage.push_back({{gallery_kind::criminal, partition}, 1, 9, 5});
  outcome.coarse = std::move(found);
  return outcome;
}

/// An id that lies in this partition; `n` picks which of them.
subject_id id_in(std::uint32_t partition, std::uint32_t count, int n = 0) {
  for (std::uint64_t id = 1;; ++id)
    if (partition_of({id}, count) == partition && n-- == 0) return {id};
}

}  // namespace

TEST_CASE("sort_and_cut: higher scores first, ties by the smaller subject") {
  candidates some = {{{3}, {3}, 5}, {{9}, {9}, 7}, {{1}, {1}, 5}, {{2}, {2}, 5}, {{8}, {8}, 7}};
  candidates few = some;
  sort_and_cut(some, 10);
  CHECK(some ==
        candidates{{{8}, {8}, 7}, {{9}, {9}, 7}, {{1}, {1}, 5}, {{2}, {2}, 5}, {{3}, {3}, 5}});
  sort_and_cut(few, 3);
  CHECK(few == candidates{{{8}, {8}, 7}, {{9}, {9}, 7}, {{1}, {1}, 5}});
  sort_and_cut(few, 0);
  CHECK(few.empty());
  sort_and_cut(few, 4);
  CHECK(few.empty());
}

TEST_CASE("gathering: a round-one job for each partition that is here, the others missing") {
  const std::vector<std::uint32_t> local = {0, 2};
  const gathering g(asking({0, 1, 2, 5}), local);
  REQUIRE(g.jobs().size() == 2);
  for (std::uint32_t index : local) {
    const scan_job& job = g.jobs().at(index);
    CHECK(job.round == 1);
    CHECK(job.tail_seq == 9);
    CHECK(job.after_seq == 3);
    CHECK(job.top_k == 2);
    CHECK(job.candidates.empty());
  }
  CHECK_FALSE(g.complete());
  const auto missing = g.round_one().missing;
  REQUIRE(missing.size() == 2);
  CHECK(missing[0].partition == partition_id{gallery_kind::criminal, 1});
  CHECK(missing[1].partition == partition_id{gallery_kind::criminal, 5});
}

TEST_CASE("gathering: complete once every partition has reported, and cut over all") {
  const std::vector<std::uint32_t> local = {0, 1, 2};
  gathering g(asking({0, 1, 2}), local);
  g.add(2, looked(2, {{{30}, {30}, 1}, {{31}, {31}, 9}}));
  g.add(0, looked(0, {{{10}, {10}, 9}}));
  CHECK_FALSE(g.complete());
  g.fail(1, "its disk is gone");
  CHECK(g.complete());
  const round_one_reply reply = g.round_one();
  CHECK(reply.search == search_id{4711});
  CHECK(reply.coverage.size() == 2);
  CHECK(reply.candidates == candidates{{{10}, {10}, 9}, {{31}, {31}, 9}});
  REQUIRE(reply.missing.size() == 1);
  CHECK(reply.missing[0].partition == partition_id{gallery_kind::criminal, 1});
  CHECK(reply.missing[0].reason == "its disk is gone");
}

TEST_CASE("gathering: complete at once when nothing asked for is here") {
  const gathering g(asking({4}), {});
  CHECK(g.complete());
  CHECK(g.round_one().missing.size() == 1);
  CHECK(g.round_one().coverage.empty());
}

TEST_CASE("gathering: round two gives each partition its own candidates") {
  const subject_id a = id_in(0, 4), b = id_in(0, 4, 1), c = id_in(1, 4), d = id_in(3, 4);
  round_two_request request;
  request.search = {4712};
  request.candidates = {{a, a, 9}, {c, c, 8}, {b, b, 7}, {d, d, 6}};
  const std::vector<std::uint32_t> local = {0, 1, 2};
  gathering g(request, local, 4);
  REQUIRE(g.jobs().size() == 2);
  CHECK(g.jobs().at(0).round == 2);
  CHECK(g.jobs().at(0).candidates == candidates{{a, a, 9}, {b, b, 7}});
  CHECK(g.jobs().at(1).candidates == candidates{{c, c, 8}});
  scan_outcome scored;
  scored.scored = {{a, a, 500, 10, 0, {}}};
  g.add(0, scored);
  g.fail(1, "late");
  CHECK(g.complete());
  const round_two_reply reply = g.round_two();
  CHECK(reply.search == search_id{4712});
  CHECK(reply.candidates == scored.scored);
  REQUIRE(reply.missing.size() == 2);
  CHECK(reply.missing[0].partition.index == 3);
  CHECK(reply.missing[1].partition.index == 1);
}

TEST_CASE("gathering: a report nobody asked for, or a second one, is a bug of ours") {
  const std::vector<std::uint32_t> local = {0};
  CHECK(breaks_invariant([&] { gathering(asking({0}), local).add(1, looked(1)); }));
  CHECK(breaks_invariant([&] {
    gathering g(asking({0}), local);
    g.add(0, looked(0));
    g.add(0, looked(0));
  }));
}

TEST_CASE("gathering: who does nothing between two looks is given up, who works is not") {
  const std::vector<std::uint32_t> local = {0, 1, 2};
  gathering g(asking({0, 1, 2}), local);
  std::uint64_t work = g.work();
  CHECK(work > 0);
  note_turn(g.jobs().at(0));
  note_turn(g.jobs().at(1));
  CHECK(g.work() > work);
  g.give_up_idle();
  CHECK(g.waits_for(0));
  CHECK(g.waits_for(1));
  CHECK_FALSE(g.waits_for(2));
  CHECK_FALSE(wanted(g.jobs().at(2)));
  work = g.work();
  note_turn(g.jobs().at(1));
  g.give_up_idle();
  CHECK_FALSE(wanted(g.jobs().at(0)));
  CHECK(wanted(g.jobs().at(1)));
  CHECK(g.work() > work);
  g.add(1, looked(1));
  CHECK(g.complete());
  REQUIRE(g.round_one().missing.size() == 2);
  CHECK(g.round_one().missing[0].reason == "its replica stands still");
}

TEST_CASE("prepare: a probe that does not read is refused, not searched") {
  probe what{{1}, prints_of(101, 1)};
  CHECK(code_of(prepare(what)) == "done");
  what.prints[3].iso_record.resize(10);
  CHECK(code_of(prepare(what)) == "invalid_input");
  CHECK(code_of(prepare({{1}, {}})) == "invalid_input");
}
