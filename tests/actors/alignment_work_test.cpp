#include "actors/alignment_work.hpp"

#include "fingerprint/aligned.hpp"
#include "tests/actors/crowd.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::actors::test;

namespace {

/// Two slabs and a tail.
constexpr std::uint64_t everybody = 2 * fingerprint::slab_people + 40;

std::vector<sketch_pool::member> aligned(const storage::partition_view& view, const scan_job& job,
                                         std::vector<sketch_pool::member> people,
                                         std::size_t room) {
  const auto probe = fingerprint::make_scan_probe(*job.probe);
  sketch_pool best(room);
  CHECK(must(align_tail(view, probe, best)) > 0);
  alignment_work work(view, probe, std::move(people), best);
  while (!work.over()) CHECK(work.step() > 0);
  must(status(work.failed()));
  return best.take();
}

/// Of all in slabs, as the scan would offer them.
std::vector<sketch_pool::member> all_in_slabs(const storage::partition_view& view) {
  std::vector<sketch_pool::member> out;
  must(view.visit_slabs(0, [&](const storage::slab_view& slab) {
    for (std::size_t i = 0; i < fingerprint::slab_people; ++i)
      if (slab.subject(i) != subject_id{})
        out.push_back({slab.subject(i), slab.number * fingerprint::slab_people + i, 1});
    return true;
  }));
  return out;
}

}  // namespace

TEST_CASE("alignment_work: of slabs and tail the best, with the score of their rows") {
  const crowd people(everybody, 1);
  const auto view = must(people.partitions[0]->view());
  const auto job = people.job(103, 2);
  const auto probe = fingerprint::make_scan_probe(*job->probe);
  const auto found = aligned(*view, *job, all_in_slabs(*view), 30);
  REQUIRE(found.size() == 30);
  for (const auto& each : found) {
    CHECK(each.subject.value % 8 == 3);
    CHECK(each.score > 0);
    if (each.place == storage::no_place) continue;
    const auto slab = must(view->slab(each.place / fingerprint::slab_people));
    REQUIRE(slab);
    const auto index = static_cast<unsigned>(each.place % fingerprint::slab_people);
    CHECK(slab->subject(index) == each.subject);
    CHECK(each.score == fingerprint::score_aligned(probe, fingerprint::row_of(slab->slab, index)));
  }
  const auto all = aligned(*view, *job, all_in_slabs(*view), 1000);
  CHECK(all.size() == everybody);
  CHECK(std::ranges::count(all, storage::no_place, &sketch_pool::member::place) == 40);
}

TEST_CASE("alignment_work: whom the pool does not name is not there, nor who is erased") {
  const crowd people(everybody, 1);
  const auto view = must(people.partitions[0]->view());
  auto some = all_in_slabs(*view);
  some.resize(3);
  some[1].subject = {99'999};                                // another stood here
  some.push_back({{77}, 50 * fingerprint::slab_people, 1});  // a slab that is gone
  const auto found = aligned(*view, *people.job(103, 2), some, 1000);
  CHECK(found.size() == 40 + 2);
}

TEST_CASE("alignment_work: nobody is no work") {
  const crowd people(10, 1);
  const auto view = must(people.partitions[0]->view());
  CHECK(aligned(*view, *people.job(103, 2), {}, 5).size() == 5);
}
