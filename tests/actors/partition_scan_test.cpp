#include "actors/partition_scan.hpp"

#include <algorithm>

#include "fingerprint/decision.hpp"
#include "tests/actors/crowd.hpp"
#include "tests/actors/people.hpp"
#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::actors::test;

namespace {

using candidates = std::vector<coarse_candidate>;

/// A gallery of one partition with people 1 to 5, of seeds 101 to 105.
struct small_gallery {
  static constexpr std::uint64_t people = 5;
  small_gallery() {
    for (std::uint64_t id = 1; id <= people; ++id) apply(enrolment(*keys, record_of(id, 100 + id)));
  }
  void apply(const fact& what) {
    const fact_record& record = stream.add(what);
    must(partition->apply(std::span(&record, 1)));
  }
  /// A job for another capture of the person of this seed.
  scan_job job(int round, std::uint64_t seed, std::uint32_t top_k = 10) const {
    scan_job made;
    made.round = round;
    made.tail_seq = stream.tail();
    made.top_k = top_k;
    made.probe = must(prepare({{1}, prints_of(seed, 1)}));
    return made;
  }
  scan_outcome run(const scan_job& what) const { return run_job(*partition, stream.tail(), what); }

  whorl::test::temp_folder folder;
  std::unique_ptr<storage::keyring> keys =
      must(storage::open_keyring(folder.path().string() + "/keys", {.durable = false}));
  std::unique_ptr<storage::gallery_partition> partition = must(storage::open_gallery_partition(
      folder.path().string() + "/0", {gallery_kind::criminal, 0}, 1, *keys, {.durable = false}));
  fact_stream stream{stream_id::criminal};
};

/// One gallery for the tests that change nothing: synthesis and enrolment are slow.
const small_gallery& shared_gallery() {
  static const small_gallery gallery;
  return gallery;
}

}  // namespace

TEST_CASE("run_job: the mated person is first in both rounds") {
  const small_gallery& gallery = shared_gallery();
  const scan_outcome coarse = gallery.run(gallery.job(1, 103));
  CHECK(coarse.missing.empty());
  REQUIRE(coarse.coverage.size() == 1);
  CHECK(coarse.coverage[0].partition == partition_id{gallery_kind::criminal, 0});
  CHECK(coarse.coverage[0].applied_seq == gallery.stream.tail());
  CHECK(coarse.coverage[0].people == small_gallery::people);
  REQUIRE_FALSE(coarse.coarse.empty());
  CHECK(coarse.coarse[0].subject == subject_id{3});
  CHECK(coarse.coarse[0].identity == subject_id{3});
  scan_job precise = gallery.job(2, 103);
  precise.candidates = coarse.coarse;
  const scan_outcome scored = gallery.run(precise);
  CHECK(scored.missing.empty());
  CHECK(scored.scored.size() == coarse.coarse.size());
  for (const scored_candidate& c : scored.scored) {
    const auto said = fingerprint::decide(c.fused, c.fingers_compared, small_gallery::people);
    CHECK((said == fingerprint::decision::hit) == (c.subject == subject_id{3}));
  }
}

TEST_CASE("run_job: no more than top_k candidates, the best of all") {
  const small_gallery& gallery = shared_gallery();
  const scan_outcome all = gallery.run(gallery.job(1, 104, 10));
  for (std::uint32_t top_k : {0u, 1u, 2u}) {
    candidates expected = all.coarse;
    sort_and_cut(expected, top_k);
    CHECK(gallery.run(gallery.job(1, 104, top_k)).coarse == expected);
  }
}

TEST_CASE("run_job: only people enrolled after a fact are searched when it says so") {
  const small_gallery& gallery = shared_gallery();
  scan_job job = gallery.job(1, 103);
  auto finds = [&](std::uint64_t after_seq) {
    job.after_seq = after_seq;
    const auto found = gallery.run(job).coarse;
    for (const coarse_candidate& c : found) CHECK(c.subject.value > after_seq);
    return std::ranges::any_of(found, [](const auto& c) { return c.subject == subject_id{3}; });
  };
  CHECK(finds(2));
  CHECK_FALSE(finds(3));  // enrolled by fact 3 itself
  CHECK_FALSE(finds(5));
}

TEST_CASE("run_job: a person deleted between the rounds is left out of the second") {
  small_gallery gallery;
  scan_job precise = gallery.job(2, 103);
  precise.candidates = gallery.run(gallery.job(1, 103)).coarse;
  gallery.apply(subject_deleted{{3}, {}, "clerk", "sealed"});
  const scan_outcome scored = gallery.run(precise);
  CHECK(scored.missing.empty());
  CHECK(scored.scored.size() == precise.candidates.size() - 1);
  for (const scored_candidate& c : scored.scored) CHECK(c.subject != subject_id{3});
  for (const coarse_candidate& c : gallery.run(gallery.job(1, 103)).coarse)
    CHECK(c.subject != subject_id{3});
}

TEST_CASE("run_job: a merged person is found as the identity") {
  small_gallery gallery;
  gallery.apply(subjects_merged{{5}, {3}, {}, "examiner", "same person"});
  const scan_outcome coarse = gallery.run(gallery.job(1, 103));
  REQUIRE_FALSE(coarse.coarse.empty());
  CHECK(coarse.coarse[0].subject == subject_id{3});
  CHECK(coarse.coarse[0].identity == subject_id{5});
}

namespace {

std::vector<scan_outcome> outcomes(const storage::gallery_partition& partition,
                                   std::vector<scan_job_ptr> jobs, std::size_t budget) {
  std::vector<scan_outcome> out(jobs.size());
  partition_scan scan(partition, 0, std::move(jobs));
  std::vector<int> ended(out.size());
  while (!scan.over())
    scan.step(budget, [&](std::size_t job, scan_outcome outcome) {
      ++ended.at(job);
      out.at(job) = std::move(outcome);
    });
  for (const int times : ended) CHECK(times == 1);
  return out;
}

}  // namespace

TEST_CASE("partition_scan: a probe finds the same alone, among others, in steps of any size") {
  const crowd people(700, 1);
  std::vector<scan_job_ptr> jobs = {people.job(101, 2), people.job(105, 2), people.job(103, 1),
                                    people.job(107, 2), people.job(106, 10)};
  auto second = std::make_shared<scan_job>(*jobs[1]);
  second->round = 2;
  second->candidates = {{{5}, {5}, 1}, {{6}, {6}, 1}};
  jobs.push_back(second);
  const auto together = outcomes(*people.partitions[0], jobs, 1u << 20);
  for (const std::size_t budget : {1u, 1000u, 5000u}) {
    const auto slowly = outcomes(*people.partitions[0], jobs, budget);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      CHECK(slowly[i].coarse == together[i].coarse);
      CHECK(slowly[i].scored == together[i].scored);
      CHECK(slowly[i].coverage == together[i].coverage);
    }
  }
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const scan_outcome alone = run_job(*people.partitions[0], 0, *jobs[i]);
    CHECK(alone.coarse == together[i].coarse);
    CHECK(alone.scored == together[i].scored);
    CHECK(alone.missing.empty());
  }
  CHECK(together[0].coarse[0].subject.value % 8 == 1);
  CHECK(together[3].coarse[0].subject.value % 8 == 7);
  CHECK(together[5].scored.size() == 2);
}

TEST_CASE("partition_scan: a job nobody waits for is told so and holds up no other") {
  const crowd people(300, 1);
  auto given_up = std::make_shared<scan_job>(*people.job(101, 2));
  given_up->watch = std::make_shared<job_watch>();
  given_up->watch->given_up = true;
  const auto found = outcomes(*people.partitions[0], {given_up, people.job(102, 2)}, 100);
  REQUIRE(found[0].missing.size() == 1);
  CHECK(found[0].missing[0].reason.find("given up") != std::string::npos);
  CHECK(found[0].coverage.empty());
  CHECK(found[1].missing.empty());
  CHECK(found[1].coarse[0].subject.value % 8 == 2);
}

TEST_CASE("partition_scan: whom the pools hold any layout finds, in the same order") {
  const crowd one(600, 1), four(600, 4);
  for (const std::size_t fingers : {1u, 2u, 10u}) {
    const candidates expected = run_job(*one.partitions[0], 0, *one.job(104, fingers)).coarse;
    candidates found;
    for (const auto& partition : four.partitions) {
      const auto part = run_job(*partition, 0, *four.job(104, fingers)).coarse;
      found.insert(found.end(), part.begin(), part.end());
    }
    sort_and_cut(found, 10);
    CHECK(found == expected);
    CHECK(expected.size() == 10);
  }
}

TEST_CASE("partition_scan: a record whose prints have no known position is found too") {
  crowd people(300, 1);
  subject_record unknown = record_of(9000, 190);
  unknown.prints.resize(2);
  for (auto& print : unknown.prints) {
    print.finger_position = 0;
    print.iso_record.at(24) = std::byte{0};
  }
  must(people.partitions[0]->import(std::span(&unknown, 1), {}));
  const auto found = run_job(*people.partitions[0], 0, *people.job(190, 10));
  REQUIRE_FALSE(found.coarse.empty());
  CHECK(found.coarse[0].subject == subject_id{9000});
}

TEST_CASE("partition_scan: a partition larger than the pools still finds who is there") {
  const crowd people(1300, 1, 10);
  const auto job = people.job(103, 10, 30);
  const auto minutiae = fingerprint::make_scan_probe(*job->probe).minutiae();
  REQUIRE(fingerprint::pool_people(minutiae) < 1300);
  REQUIRE(fingerprint::aligned_people(minutiae) < 1300 / 8);
  const auto found = run_job(*people.partitions[0], 0, *job).coarse;
  REQUIRE(found.size() == 30);
  for (const coarse_candidate& each : found) CHECK(each.subject.value % 8 == 3);
  CHECK(std::ranges::is_sorted(found, {}, [](const auto& c) { return c.subject; }));
}
