#include "actors/entry_work.hpp"

#include "tests/actors/crowd.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::actors::test;

namespace {

const crowd& eight_people() {
  static const crowd people(8, 1);
  return people;
}

scan_outcome done(const storage::partition_view& view, const scan_job& job,
                  std::vector<sketch_pool::member> pool) {
  entry_work work(view, job, std::move(pool));
  std::size_t spent = 0;
  while (!work.over()) spent += work.step();
  CHECK(spent > 0);
  scan_outcome out;
  must(work.finish(out));
  return out;
}

}  // namespace

TEST_CASE("entry_work: round one ranks the pool, and nobody else") {
  const auto view = must(eight_people().partitions[0]->view());
  const auto job = eight_people().job(103, 2);
  const auto out = done(*view, *job, {{{3}}, {{4}}, {{5}}});
  REQUIRE_FALSE(out.coarse.empty());
  CHECK(out.coarse.front().subject == subject_id{3});
  CHECK(out.scored.empty());
  for (const coarse_candidate& each : out.coarse)
    CHECK((each.subject.value >= 3 && each.subject.value <= 5));
}

TEST_CASE("entry_work: who has sketches and no entry is damage, not somebody who is gone") {
  const auto view = must(eight_people().partitions[0]->view());
  const auto job = eight_people().job(103, 2);
  entry_work work(*view, *job, {{{3}}, {{99}}});
  while (!work.over()) work.step();
  scan_outcome out;
  const status ended = work.finish(out);
  REQUIRE(!ended);
  CHECK(ended.error().code == errc::corrupt);
}

TEST_CASE("entry_work: round one by a part of the fingers scores as the whole entries do") {
  const auto view = must(eight_people().partitions[0]->view());
  const auto job = eight_people().job(104, 1);
  const auto out = done(*view, *job, {{{4}}, {{6}}});
  REQUIRE_FALSE(out.coarse.empty());
  for (const coarse_candidate& each : out.coarse) {
    const auto stored = must(view->entry(each.subject));
    REQUIRE(stored);
    CHECK(each.score == fingerprint::coarse_score(*job->probe, fingerprint::expand(*stored)));
  }
}

TEST_CASE("entry_work: a print of unknown position is looked at once, in the pool or not") {
  crowd people(3, 1);
  subject_record unknown = record_of(9, 109);
  unknown.prints.resize(2);
  unknown.prints[1].finger_position = 0;
  for (auto& print : unknown.prints) print.iso_record.at(24) = std::byte{0};
  must(people.partitions[0]->import(std::span(&unknown, 1), {}));
  const auto view = must(people.partitions[0]->view());
  for (const bool in_pool : {false, true}) {
    std::vector<sketch_pool::member> pool = {{{1}}};
    if (in_pool) pool.push_back({{9}});
    const auto out = done(*view, *people.job(109, 2), pool);
    REQUIRE_FALSE(out.coarse.empty());
    CHECK(out.coarse.front().subject == subject_id{9});
    CHECK(std::ranges::count(out.coarse, subject_id{9}, &coarse_candidate::subject) == 1);
  }
}

TEST_CASE("entry_work: round two scores its candidates, but for those that are gone") {
  const auto view = must(eight_people().partitions[0]->view());
  scan_job job = *eight_people().job(103, 2);
  job.round = 2;
  job.candidates = {{{3}, {3}, 1}, {{77}, {77}, 1}, {{4}, {4}, 1}};
  const auto out = done(*view, job, {});
  REQUIRE(out.scored.size() == 2);
  CHECK(out.scored[0].subject == subject_id{3});
  CHECK(out.scored[0].fused > out.scored[1].fused);
  CHECK(out.coarse.empty());
}
