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
  alignment_work work(view, probe, std::move(people), best);
  while (!work.over()) CHECK(work.step() > 0);
  must(status(work.failed()));
  return best.take();
}

/// A view whose slabs cannot be read one by one.
class view_without_slabs final : public storage::partition_view {
 public:
  explicit view_without_slabs(std::unique_ptr<storage::partition_view> inner)
      : inner_(std::move(inner)) {}
  result<std::optional<storage::slab_view>> slab(std::uint64_t number) const override {
    return make_error(errc::corrupt, "slab " + std::to_string(number) + " is damaged");
  }
  std::uint64_t applied_seq() const override { return inner_->applied_seq(); }
  std::uint64_t people() const override { return inner_->people(); }
  status visit(std::uint64_t after, const visitor& v) const override {
    return inner_->visit(after, v);
  }
  status visit_slabs(std::uint64_t from, const slab_visitor& v) const override {
    return inner_->visit_slabs(from, v);
  }
  status visit_tail(const row_visitor& v) const override { return inner_->visit_tail(v); }
  status visit_unplaced(const visitor& v) const override { return inner_->visit_unplaced(v); }
  result<std::optional<byte_view>> entry(subject_id subject,
                                         storage::sketch_place place) const override {
    return inner_->entry(subject, place);
  }
  status announce(subject_id subject) const override { return inner_->announce(subject); }
  status visit_records(const record_visitor& v) const override { return inner_->visit_records(v); }
  result<std::vector<subject_id>> answering_as(subject_id s) const override {
    return inner_->answering_as(s);
  }
  result<subject_id> identity_of(subject_id s) const override { return inner_->identity_of(s); }
  result<storage::subject_row> subject(subject_id s) const override { return inner_->subject(s); }
  result<digest> content_digest() const override { return inner_->content_digest(); }
  storage::partition_stats stats() const override { return inner_->stats(); }
  result<row_stretch> check_stretch(const row_place& after, std::size_t most) const override {
    return inner_->check_stretch(after, most);
  }
  result<bool> holds_stretch(const row_stretch& theirs, std::size_t most) const override {
    return inner_->holds_stretch(theirs, most);
  }

 private:
  std::unique_ptr<storage::partition_view> inner_;
};

/// A partition that hands out such views; a search needs no more of it.
class partition_without_slabs final : public storage::gallery_partition {
 public:
  explicit partition_without_slabs(const storage::gallery_partition& inner) : inner_(inner) {}
  partition_id id() const override { return inner_.id(); }
  result<std::unique_ptr<storage::partition_view>> view() const override {
    WHORL_ASSIGN(auto view, inner_.view());
    return std::unique_ptr<storage::partition_view>(
        std::make_unique<view_without_slabs>(std::move(view)));
  }
  stream_id follows() const override { return inner_.follows(); }
  storage::stream_tail applied() const override { return inner_.applied(); }
  status apply(std::span<const fact_record>) override { return refused(); }
  status import(std::span<const subject_record>, instant) override { return refused(); }
  result<std::unique_ptr<storage::partition_source>> copy() const override { return inner_.copy(); }
  result<std::uint64_t> imports() const override { return inner_.imports(); }
  status finish_erasing() override { return refused(); }

 private:
  static status refused() { return make_error(errc::io, "is read only"); }
  const storage::gallery_partition& inner_;
};

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

TEST_CASE("alignment_work: a slab that cannot be read ends it, and the partition is missing") {
  const crowd people(everybody, 1);
  const partition_without_slabs damaged(*people.partitions[0]);
  const auto view = must(damaged.view());
  const auto job = people.job(103, 2);
  const auto probe = fingerprint::make_scan_probe(*job->probe);
  sketch_pool best(10);
  alignment_work work(*view, probe, all_in_slabs(*view), best);
  work.step();  // the tail
  CHECK_FALSE(work.over());
  work.step();
  CHECK(work.over());
  CHECK(work.failed().error().code == errc::corrupt);
  const scan_outcome outcome = run_job(damaged, 0, *job);
  CHECK(outcome.coverage.empty());
  CHECK(outcome.coarse.empty());
  REQUIRE(outcome.missing.size() == 1);
  CHECK(outcome.missing[0].reason.find("is damaged") != std::string::npos);
}
