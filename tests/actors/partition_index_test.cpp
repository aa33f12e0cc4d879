#include "actors/partition_index.hpp"

#include <caf/all.hpp>

#include <algorithm>

#include "actors/protocol.hpp"
#include "actors/search_actors.hpp"
#include "tests/actors/crowd.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::actors::test;

namespace {

constexpr std::uint64_t slab = fingerprint::slab_people;

index_segments segments_of(const storage::gallery_partition& partition, std::size_t slabs_each) {
  index_segments out;
  while (const auto next = must(build_segment(partition, slab_after(out), slabs_each)))
    out.push_back(next);
  return out;
}

std::vector<coarse_candidate> search(const storage::gallery_partition& partition,
                                     const scan_job_ptr& job, const index_segments& segments) {
  partition_scan scan(partition, 0, {job}, segments);
  std::vector<coarse_candidate> found;
  while (!scan.over())
    scan.step(100, [&](std::size_t, scan_outcome outcome) {
      CHECK(outcome.missing.empty());
      found = std::move(outcome.coarse);
    });
  return found;
}

}  // namespace

TEST_CASE("build_segment: of whole segments only, one after the other") {
  const crowd people(5 * slab + 7, 1, 4);
  const auto segments = segments_of(*people.partitions[0], 2);
  REQUIRE(segments.size() == 2);
  CHECK(segments[0]->slabs == std::vector<std::uint64_t>{0, 1});
  CHECK(segments[1]->slabs == std::vector<std::uint64_t>{2, 3});
  CHECK(segments[0]->index.people() == 2 * slab);
  CHECK(slab_after(segments) == 4);
  CHECK(slab_after({}) == 0);
  CHECK(must(build_segment(*people.partitions[0], 4, 2)) == nullptr);
}

TEST_CASE("propose: those alike, with the score and the place that a scan gives them") {
  const crowd people(3 * slab, 1, 4);
  const auto segments = segments_of(*people.partitions[0], 3);
  REQUIRE(segments.size() == 1);
  const auto job = people.job(105, 4);
  const auto sketches = fingerprint::make_scan_probe(*job->probe).placed;
  const auto view = must(people.partitions[0]->view());
  sketch_pool by_index(40), by_scan(40);
  fingerprint::vote_scratch scratch;
  must(propose(*view, *segments[0], sketches, fingerprint::make_index_probe(sketches), scratch,
               by_index));
  must(view->visit_slabs(0, [&](const storage::slab_view& each) {
    std::vector<std::uint32_t> scores(slab);
    fingerprint::score_slab(sketches, each.slab, scores);
    for (std::size_t i = 0; i < slab; ++i)
      by_scan.add({each.subject(i), each.number * slab + i, scores[i]});
    return true;
  }));
  const auto a = by_index.take(), b = by_scan.take();
  REQUIRE(a.size() == 40);
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(a[i].subject == b[i].subject);
    CHECK(a[i].place == b[i].place);
    CHECK(a[i].score == b[i].score);
    CHECK(a[i].subject.value % 8 == 5);
  }
}

TEST_CASE("partition_scan: with indexes it finds who a scan finds, newcomers too") {
  const crowd people(5 * slab + 7, 1, 4);
  const auto segments = segments_of(*people.partitions[0], 2);
  for (const std::size_t fingers : {1u, 2u, 4u, 10u}) {
    const auto job = people.job(106, fingers, 200);
    const auto expected = search(*people.partitions[0], job, {});
    const auto found = search(*people.partitions[0], job, segments);
    const auto alike = [](const auto& c) { return c.subject.value % 8 == 6; };
    const auto minutiae = fingerprint::make_scan_probe(*job->probe).minutiae();
    const auto there =
        std::min<std::size_t>((5 * slab + 9) / 8, fingerprint::aligned_people(minutiae));
    CHECK(std::ranges::count_if(expected, alike) == std::ptrdiff_t(there));
    REQUIRE(found.size() >= there);
    for (std::size_t i = 0; i < there; ++i) CHECK(found[i] == expected[i]);
  }
}

TEST_CASE("partition_scan: the erased are not found, though the index knows them (a slab gone)") {
  crowd people(4 * slab, 1, 4);
  const auto segments = segments_of(*people.partitions[0], 4);
  REQUIRE(segments.size() == 1);
  fact_stream stream{stream_id::criminal};
  const auto remove = [&](std::uint64_t id) {
    const fact_record& record = stream.add(subject_deleted{{id}, {}, "clerk", "sealed"});
    must(people.partitions[0]->apply(std::span(&record, 1)));
  };
  for (std::uint64_t id = slab + 1; id <= 2 * slab; ++id) remove(id);
  remove(3);
  const auto found = search(*people.partitions[0], people.job(103, 4, 1000), segments);
  CHECK(std::ranges::count_if(found, [](const auto& c) { return c.subject.value % 8 == 3; }) ==
        3 * slab / 8 - 1);
  for (const coarse_candidate& each : found) {
    CHECK(each.subject != subject_id{3});
    CHECK((each.subject.value <= slab || each.subject.value > 2 * slab));
  }
}

TEST_CASE(
    "indexer: nothing while there are few people; a replica asks, and again once it has one") {
  const crowd people(2 * slab + 5, 1, 4);
  const storage::gallery_partition* const partition = people.partitions[0].get();
  caf::actor_system_config config;
  caf::actor_system system(config);
  caf::scoped_actor self{system};
  const caf::actor indexer = system.spawn<caf::detached>(indexer_actor);
  self->request(indexer, std::chrono::minutes(1), index_atom::value,
                index_request{borrowed(*partition), 0})
      .receive([](const index_segment_ptr& segment) { CHECK(segment == nullptr); },
               [](const caf::error&) { FAIL("no answer"); });
  // In its place one that is content with a slab, and tells of each question.
  const caf::actor watcher = caf::actor_cast<caf::actor>(self);
  const auto small = [=](caf::event_based_actor* me) -> caf::behavior {
    return {[=](index_atom, const index_request& wanted) {
      me->send(watcher, wanted.from);
      return *build_segment(*wanted.partition, wanted.from, 1);
    }};
  };
  const caf::actor replica = system.spawn(replica_actor, borrowed(*partition), std::uint64_t{0},
                                          system.spawn(small), caf::actor());
  for (const std::uint64_t expected : {0u, 1u, 2u})
    self->receive([&](std::uint64_t from) { CHECK(from == expected); });
  self->request(replica, std::chrono::minutes(1), scan_atom::value, people.job(101, 4))
      .receive(
          [](const scan_outcome& outcome) {
            REQUIRE_FALSE(outcome.coarse.empty());
            CHECK(outcome.coarse[0].subject.value % 8 == 1);
          },
          [](const caf::error&) { FAIL("no answer"); });
  for (const caf::actor& each : {replica, indexer})
    self->send_exit(each, caf::exit_reason::user_shutdown);
}
