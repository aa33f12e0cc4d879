// Merges across partitions: every record's identity is the root of its tree.
#include "storage/gallery_links.hpp"

#include <rapidcheck.h>

#include "gallery_fixture.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

namespace {

using seen_map = std::map<std::uint64_t, std::uint64_t>;

struct merge_fixture : gallery_fixture {
  merge_fixture() : gallery_fixture(3) {
    for (std::uint64_t id = 1; id <= 4; ++id) enrol(id);
  }
};

}  // namespace

TEST_CASE("merge: the merged record answers as the kept one until unmerged") {
  merge_fixture f;
  f.merge(1, 2);
  CHECK(f.seen() == seen_map{{1, 1}, {2, 1}, {3, 3}, {4, 4}});
  CHECK(f.seen(1) == seen_map{{2, 1}, {3, 3}, {4, 4}});
  CHECK(must(f.view(2)->subject({2})).identity == subject_id{1});
  CHECK(f.view(2)->stats().merged == 1);
  f.unmerge(2);
  CHECK(f.seen() == seen_map{{1, 1}, {2, 2}, {3, 3}, {4, 4}});
  CHECK(f.view(2)->stats().merged == 0);
}

TEST_CASE("merge: chains are followed to the final identity (either order)") {
  merge_fixture f;
  f.merge(1, 2);
  f.merge(2, 3);  // 2 was itself merged
  CHECK(f.seen() == seen_map{{1, 1}, {2, 1}, {3, 1}, {4, 4}});
  f.merge(4, 1);  // the root of a tree is merged
  CHECK(f.seen() == seen_map{{1, 4}, {2, 4}, {3, 4}, {4, 4}});
  f.unmerge(2);  // takes 3 along: 3 was merged into 2
  CHECK(f.seen() == seen_map{{1, 4}, {2, 2}, {3, 2}, {4, 4}});
}

TEST_CASE("gallery view: every record is visited in order of its id, until told to stop") {
  merge_fixture f;
  f.merge(1, 2);
  f.remove(3);
  std::vector<std::uint64_t> all;
  for (const auto& partition : f.partitions) {
    std::uint64_t before = 0;
    REQUIRE(must(partition->view())->visit_records([&](subject_id id, std::uint64_t prints) {
      CHECK(id.value > before);
      CHECK(prints == person(id.value).prints.size());
      all.push_back(before = id.value);
      return true;
    }));
  }
  std::sort(all.begin(), all.end());
  CHECK(all == std::vector<std::uint64_t>{1, 2, 4});
  int seen = 0;
  REQUIRE(f.view(1)->visit_records([&](subject_id, std::uint64_t) { return ++seen < 1; }));
  CHECK(seen == 1);
}

TEST_CASE("merge: who answers as an identity is known in every partition, deleted ones excepted") {
  merge_fixture f;
  f.merge(1, 2);
  f.merge(2, 3);
  for (const std::uint64_t asked : {1, 2, 3, 4}) {
    CAPTURE(asked);
    CHECK(must(f.view(asked)->answering_as({1})) == std::vector<subject_id>{{1}, {2}, {3}});
    CHECK(must(f.view(asked)->answering_as({2})) == std::vector<subject_id>{{2}, {3}});
    CHECK(must(f.view(asked)->answering_as({4})) == std::vector<subject_id>{{4}});
  }
  f.remove(2);
  CHECK(must(f.view(4)->answering_as({1})) == std::vector<subject_id>{{1}, {3}});
}

TEST_CASE("merge: circles and merges into itself change nothing") {
  merge_fixture f;
  f.merge(1, 1);
  f.merge(1, 2);
  f.merge(2, 3);
  f.merge(3, 1);
  f.merge(2, 1);
  CHECK(f.seen() == seen_map{{1, 1}, {2, 1}, {3, 1}, {4, 4}});
  f.unmerge(4);
  CHECK(f.seen().at(4) == 4);
}

TEST_CASE("merge: merging a merged record again moves it") {
  merge_fixture f;
  f.merge(1, 2);
  f.merge(4, 2);
  CHECK(f.seen() == seen_map{{1, 1}, {2, 4}, {3, 3}, {4, 4}});
  f.unmerge(2);
  CHECK(f.seen().at(2) == 2);
}

TEST_CASE("merge: deleting hands the merged on, or frees them") {
  merge_fixture f;
  f.merge(1, 2);
  f.merge(2, 3);
  f.remove(2);
  CHECK(f.seen() == seen_map{{1, 1}, {3, 1}, {4, 4}});
  f.remove(1);
  CHECK(f.seen() == seen_map{{3, 3}, {4, 4}});
}

TEST_CASE("merge: a record enrolled after its merge answers as merged") {
  merge_fixture f;
  f.merge(1, 6);
  f.enrol(6);
  CHECK(f.seen().at(6) == 1);
}

TEST_CASE("merge: identities agree with a simple model (random facts, any partition count)") {
  CHECK(rc::check([] {
    gallery_fixture f(*rc::gen::inRange<std::uint32_t>(1, 4));
    seen_map kept_of, present;
    for (std::uint64_t id = 1; id <= 5; ++id) {
      f.enrol(id);
      present[id] = id;
    }
    const auto root = [&](std::uint64_t id) {
      while (kept_of.count(id)) id = kept_of[id];
      return id;
    };
    const int steps = *rc::gen::inRange(1, 15);
    for (int i = 0; i < steps; ++i) {
      const auto a = *rc::gen::inRange<std::uint64_t>(1, 6),
                 b = *rc::gen::inRange<std::uint64_t>(1, 6);
      const int what = *rc::gen::inRange(0, 8);
      if (what < 5) {
        f.merge(a, b);
        bool circle = false;
        for (std::uint64_t up = a; !(circle = up == b) && kept_of.count(up);) up = kept_of[up];
        if (!circle) kept_of[b] = a;
      } else if (what < 7) {
        f.unmerge(a);
        kept_of.erase(a);
      } else {
        f.remove(a);
        const bool has_parent = kept_of.count(a) != 0;
        for (auto it = kept_of.begin(); it != kept_of.end();)
          if (it->second != a)
            ++it;
          else if (has_parent)
            (it++)->second = kept_of[a];
          else
            it = kept_of.erase(it);
        kept_of.erase(a);
        present.erase(a);
      }
    }
    for (auto& [id, identity] : present) identity = root(id);
    RC_ASSERT(f.seen() == present);
  }));
}
