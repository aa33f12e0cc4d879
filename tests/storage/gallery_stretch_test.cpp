// Rows read a part at a time: each once, damage named, and compared with another replica's.
#include "storage/gallery_stretch.hpp"

#include <functional>

#include "gallery_fixture.hpp"
#include "storage/opened_payloads.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

namespace {

constexpr std::size_t small = 20'000;
constexpr row_place beginning{gallery::subjects, {}};
const row_place end{std::size(gallery::table_names), {}};

/// Two partitions of the same stream, each in an environment of its own.
struct stretch_fixture : gallery_fixture {
  stretch_fixture() {
    for (std::uint64_t id = 1; id <= 6; ++id) enrol(id);
    encounter(2, 900);
    merge(3, 4);
    remove(5);
    other = open_other();
    must(other->apply(stream.from(1)));
  }
  std::unique_ptr<gallery_partition> open_other() {
    return must(open_gallery_partition(folder.path().string() + "/other",
                                       {gallery_kind::criminal, 0}, 1, *keys,
                                       {256ull << 20, false}));
  }
  /// From the beginning to the end.
  std::vector<row_stretch> all(const gallery_partition& partition, std::size_t bytes_max) {
    std::vector<row_stretch> out;
    const auto view = must(partition.view());
    do {
      out.push_back(
          must(view->check_stretch(out.empty() ? row_place{} : out.back().to, bytes_max)));
      REQUIRE(out.size() < 1000);
    } while (out.back().to != end);
    return out;
  }
  bool same(const row_stretch& theirs, std::size_t bytes_max) {
    return must(must(partitions[0]->view())->holds_stretch(theirs, bytes_max));
  }
  /// Changes a row of the other one behind its back.
  void change(std::size_t table, const std::function<void(bytes& key, bytes& value)>& how) {
    other.reset();
    const auto env =
        must(lmdb::environment::open(folder.path().string() + "/other", gallery::table_names));
    auto txn = must(env->write());
    bytes key, value;
    {
      auto rows = must(txn.scan(env->at(table)));
      const auto row = must(rows.first());
      REQUIRE(row.has_value());
      key.assign(row->key.begin(), row->key.end());
      value.assign(row->value.begin(), row->value.end());
    }
    CHECK(must(txn.erase(env->at(table), key)));
    how(key, value);
    if (!key.empty()) must(txn.put(env->at(table), key, value));
    must(txn.commit());
  }
  std::size_t unlike(std::size_t bytes_max) {
    std::size_t found = 0;
    for (const row_stretch& each : all(*other, bytes_max)) found += same(each, bytes_max) ? 0 : 1;
    return found;
  }
  std::unique_ptr<gallery_partition> other;
};

void flip(bytes& value) { value[value.size() / 2] ^= std::byte{4}; }

}  // namespace

TEST_CASE("stretches: they follow one another, and begin anew behind the last") {
  stretch_fixture f;
  const auto parts = f.all(*f.partitions[0], small);
  REQUIRE(parts.size() > 3);
  CHECK(parts.front().after == beginning);
  for (std::size_t i = 1; i < parts.size(); ++i) CHECK(parts[i].after == parts[i - 1].to);
  const auto view = must(f.partitions[0]->view());
  CHECK(must(view->check_stretch(end, small)) == parts.front());
  CHECK(f.all(*f.partitions[0], 100u << 20).size() == 1);
  CHECK(f.all(*f.partitions[0], 1).size() > parts.size());
}

TEST_CASE("stretches: two partitions of the same facts have the same, however they are cut") {
  stretch_fixture f;
  for (const std::size_t bytes_max : {std::size_t{1}, small, std::size_t{100} << 20})
    CHECK(f.unlike(bytes_max) == 0);
  f.enrol(7);
  CHECK(f.unlike(small) > 0);
}

TEST_CASE("stretches: a row that has changed, is gone or is new is in one that differs") {
  for (std::size_t table = gallery::subjects; table < std::size(gallery::table_names); ++table) {
    if (table == gallery::slabs || table == gallery::unplaced) continue;  // empty here
    CAPTURE(table);
    const bool checked = table == gallery::entries || table == gallery::tail;
    if (!checked) {
      stretch_fixture f;
      f.change(table, [](bytes&, bytes& value) { flip(value); });
      f.other = f.open_other();
      CHECK(f.unlike(small) == 1);
      CHECK(f.unlike(100u << 20) == 1);
    }
    if (checked) continue;  // rows that are lost or moved do not open: people are counted
    stretch_fixture f;
    f.change(table, [](bytes& key, bytes&) { key.clear(); });
    f.other = f.open_other();
    CHECK(f.unlike(small) == 1);
  }
}

TEST_CASE("stretches: a search entry under another key is in one that differs") {
  stretch_fixture f;
  f.change(gallery::entries, [](bytes& key, bytes&) { key.back() = std::byte{0x77}; });
  f.other = f.open_other();
  CHECK(f.unlike(100u << 20) == 1);
}

TEST_CASE("stretches: a value that disagrees with its checksum is named") {
  stretch_fixture f;
  f.change(gallery::entries, [](bytes&, bytes& value) { flip(value); });
  f.other = f.open_other();
  const auto found = must(f.other->view())->check_stretch({}, 100u << 20);
  REQUIRE(!found);
  CHECK(found.error().code == errc::corrupt);
  CHECK(found.error().message.find("its checksum disagrees") != std::string::npos);
}

TEST_CASE("stretches: a copy of a damaged row is refused by who sends it") {
  stretch_fixture f;
  f.change(gallery::entries, [](bytes&, bytes& value) { flip(value); });
  f.other = f.open_other();
  const auto source = must(f.other->copy());
  status failed;
  for (int piece = 0; failed && piece < 100; ++piece) {
    const auto next = source->next();
    if (!next) failed = next.error();
    if (!next || next->last) break;
  }
  REQUIRE(!failed);
  CHECK(failed.error().code == errc::corrupt);
}

TEST_CASE("stretches: one that asks for more than was agreed is not the same") {
  stretch_fixture f;
  row_stretch all = f.all(*f.other, 100u << 20).front();
  CHECK(f.same(all, 100u << 20));
  CHECK_FALSE(f.same(all, small));
  all.after.table = 4'000'000'000u;  // from outside
  CHECK(f.same(all, 100u << 20));
  all.to.table = 0;
  CHECK_FALSE(f.same(all, 100u << 20));
}

TEST_CASE("stretches: slabs of the same facts are the same, in whatever batches they came") {
  gallery_fixture f;
  for (std::uint64_t id = 1; id <= fingerprint::slab_people + 20; ++id) {
    subject_record record = person(1 + id % 5);
    record.subject = {id};
    record.prints.resize(2);
    f.stream.add(f.enrolment(record));
    if (id % 50 == 0)
      must(f.partitions[0]->apply(f.stream.from(f.partitions[0]->applied().seq + 1)));
    if (id % 90 == 0) f.stream.add(subject_deleted{{id / 2}, {}, "clerk", "sealed"});
  }
  must(f.partitions[0]->apply(f.stream.from(f.partitions[0]->applied().seq + 1)));
  const auto other =
      must(open_gallery_partition(f.folder.path().string() + "/other", {gallery_kind::criminal, 0},
                                  1, *f.keys, {256ull << 20, false}));
  must(other->apply(f.stream.from(1)));
  const auto view = must(other->view());
  std::size_t slabs = 0;
  must(view->visit_slabs(0, [&](const slab_view&) { return ++slabs, true; }));
  CHECK(slabs == 1);
  const auto whole = must(view->check_stretch({}, 100u << 20));
  CHECK(must(must(f.partitions[0]->view())->holds_stretch(whole, 100u << 20)));
}
