#include "storage/partition_copy.hpp"

#include <algorithm>

#include "gallery_fixture.hpp"
#include "messages/limits.hpp"
#include "storage/gallery_slabs.hpp"
#include "storage/gallery_tables.hpp"
#include "storage/opened_payloads.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

namespace {

using pieces = std::vector<rows_reply>;

/// One with two fingers, of a handful of synthetic people.
subject_record light_record(std::uint64_t id) {
  subject_record record = person(1 + id % 5);
  record.subject = {id};
  record.prints.resize(2);
  return record;
}

pieces rest_of(partition_source& source) {
  pieces out;
  do {
    out.push_back(must(source.next()));
    REQUIRE(out.size() < 100);
  } while (!out.back().last);
  return out;
}

std::size_t bytes_in(const rows_reply& piece) {
  std::size_t out = 0;
  for (const stored_row& row : piece.rows) out += row.key.size() + row.value.size();
  return out;
}

/// A gallery of one partition, and a folder for its copy.
struct copy_fixture : gallery_fixture {
  void import_people(std::uint64_t first, std::uint64_t last) {
    std::vector<subject_record> people;
    for (std::uint64_t id = first; id <= last; ++id) people.push_back(light_record(id));
    must(partitions[0]->import(people, {77}));
  }
  void enrol_light(std::uint64_t id) { apply(enrolment(light_record(id))); }
  /// A little of everything.
  void fill() {
    import_people(1, 20);
    for (std::uint64_t id = 21; id <= 30; ++id) enrol_light(id);
    encounter(3, 901);
    encounter(25, 902);
    encounter(25, 903);
    merge(3, 25);
    merge(4, 5);
    merge(4, 6);
    unmerge(5);
    remove(7);
    remove(22);
  }
  pieces all() { return rest_of(*must(partitions[0]->copy())); }
  std::string target_folder() const { return folder.path().string() + "/copy"; }
  std::unique_ptr<partition_target> target() {
    std::filesystem::remove_all(target_folder());
    return must(make_partition_target(target_folder(), 256ull << 20));
  }
  void take(const pieces& what) {
    const auto into = target();
    for (const rows_reply& piece : what) must(into->add(piece));
  }
  std::unique_ptr<gallery_partition> opened(keyring& with) {
    return must(open_gallery_partition(target_folder(), {gallery_kind::criminal, 0}, 1, with,
                                       {256ull << 20, false}));
  }
  static digest content(const gallery_partition& of) {
    return must(must(of.view())->content_digest());
  }
};

/// That `bad` is refused after the first `before` pieces, and the right one taken after it.
void refuses(copy_fixture& f, const pieces& good, std::size_t before, const rows_reply& bad,
             const std::string& words) {
  CAPTURE(words);
  const auto into = f.target();
  for (std::size_t i = 0; i < before; ++i) must(into->add(good[i]));
  const status outcome = into->add(bad);
  CHECK(code_of(outcome) == errc::corrupt);
  if (outcome) return;
  CHECK(outcome.error().message.find(words) != std::string::npos);
  CHECK(outcome.error().message.find("copy the partition anew") != std::string::npos);
  for (std::size_t i = before; i < good.size(); ++i) CHECK(into->add(good[i]));
}

}  // namespace

TEST_CASE("partition copy: the same content and position (people, merges, encounters, erased)") {
  copy_fixture f;
  f.fill();
  f.take(f.all());
  const auto copy = f.opened(*f.keys);
  CHECK(f.content(*copy) == f.content(*f.partitions[0]));
  CHECK(copy->applied().seq == f.partitions[0]->applied().seq);
  CHECK(copy->applied().self == f.partitions[0]->applied().self);
  const auto view = must(copy->view());
  CHECK(view->people() == f.view(1)->people());
  CHECK(view->stats().people == f.view(1)->stats().people);
  CHECK(must(view->identity_of({25})) == subject_id{3});
  CHECK(must(view->subject({25})).encounters.size() == 2);
  CHECK(code_of(view->subject({22})) == errc::not_found);
}

TEST_CASE("partition copy: sealed slabs come over whole, in pieces that are not too large") {
  copy_fixture f;
  f.import_people(1, 3 * fingerprint::slab_people + 5);
  const pieces all = f.all();
  std::size_t of_slabs = 0;
  std::uint64_t rows = 0;
  for (const rows_reply& piece : all) {
    CHECK((piece.rows.size() <= 1 || bytes_in(piece) <= limits::replicated_bytes_max));
    rows += piece.rows.size();
    CHECK(piece.rows_so_far == rows);
    of_slabs += piece.table == gallery::slabs;
  }
  CHECK(of_slabs >= 2);
  const auto of_table = [](const rows_reply& piece) { return piece.table == gallery::slabs; };
  const auto first_slabs =
      static_cast<std::size_t>(std::ranges::find_if(all, of_table) - all.begin());
  refuses(f, all, first_slabs, all[first_slabs + 1], "counts other rows");
  f.take(all);
  {
    const auto copy = f.opened(*f.keys);
    CHECK(f.content(*copy) == f.content(*f.partitions[0]));
    std::vector<std::uint64_t> slabs;
    const auto view = must(copy->view());
    must(view->visit_slabs(0, [&](const slab_view& slab) {
      slabs.push_back(slab.number);
      return true;
    }));
    CHECK(slabs == std::vector<std::uint64_t>{0, 1, 2});
  }
  std::vector<error> wrong;
  const auto env = must(lmdb::environment::open(f.target_folder(), gallery::table_names));
  must(gallery::verify_sketches(*env, 20, wrong));
  CHECK(wrong.empty());
}

TEST_CASE("partition copy: of the moment it began, though it is written to (then it follows)") {
  copy_fixture f;
  f.fill();
  const digest before = f.content(*f.partitions[0]);
  const std::uint64_t moment = f.partitions[0]->applied().seq;
  const auto source = must(f.partitions[0]->copy());
  pieces all{must(source->next())};
  std::vector<opened_payload> opened;
  for (std::uint64_t id = 40; id < 44; ++id) {
    const subject_record record = light_record(id);
    f.apply(f.enrolment(record));
    opened.push_back(
        {{id, key_purpose::record_criminal}, opened_state::plain, wire::encode(record)});
  }
  f.remove(2);
  f.remove(41);
  f.encounter(3, 950);
  f.merge(1, 40);
  CHECK(f.content(*f.partitions[0]) != before);
  for (rows_reply& piece : rest_of(*source)) all.push_back(std::move(piece));
  f.take(all);

  opened_payloads keys;  // a node has no others
  const auto copy = f.opened(keys);
  CHECK(f.content(*copy) == before);
  CHECK(copy->applied().seq == moment);
  CHECK(code_of(copy->apply(f.stream.from(moment + 1))) == errc::unavailable);
  keys.hold(opened);
  must(copy->apply(f.stream.from(moment + 1)));
  CHECK(f.content(*copy) == f.content(*f.partitions[0]));
  CHECK(copy->applied().self == f.partitions[0]->applied().self);
  CHECK(must(copy->view())->people() == f.view(1)->people());
}

TEST_CASE("partition copy: one whose position is ahead of its file is followed from the file's") {
  gallery_fixture f(2);
  std::uint64_t mine = id_in(0, 2, 0).value, others = id_in(1, 2, 0).value;
  f.enrol(mine);
  f.enrol(others);  // moves the position of 0 in memory alone
  const auto source = must(f.partitions[0]->copy());
  const std::string folder = f.folder.path().string() + "/copy";
  {
    const auto into = must(make_partition_target(folder, 256ull << 20));
    for (const rows_reply& piece : rest_of(*source)) must(into->add(piece));
  }
  const auto copy = must(open_gallery_partition(folder, {gallery_kind::criminal, 0}, 2, *f.keys,
                                                {256ull << 20, false}));
  CHECK(copy->applied().seq <= f.partitions[0]->applied().seq);
  must(copy->apply(f.stream.from(1)));
  CHECK(copy->applied().seq == 2);
  CHECK(must(must(copy->view())->content_digest()) ==
        must(must(f.partitions[0]->view())->content_digest()));
}

TEST_CASE("partition copy: an empty partition is a copy too") {
  copy_fixture f;
  const pieces all = f.all();
  CHECK(all.size() == std::size(gallery::table_names));
  f.take(all);
  CHECK(f.content(*f.opened(*f.keys)) == f.content(*f.partitions[0]));
}

TEST_CASE("partition copy: a piece twice, left out, or of another copy is refused") {
  copy_fixture f;
  f.fill();
  const pieces good = f.all();
  REQUIRE(good.size() > 5);
  REQUIRE(!good[1].rows.empty());
  refuses(f, good, 2, good[1], "counts other rows");
  refuses(f, good, 1, good[2], "is not the next one");
  refuses(f, good, 1, good[3], "is not the next one");
  refuses(f, good, 3, good[1], "is not the next one");
  refuses(f, good, 0, good[1], "counts other rows");
  f.encounter(4, 999);
  const pieces later = f.all();
  refuses(f, good, 1, later[1], "its digest do not agree");
  const auto into = f.target();
  for (const rows_reply& piece : good) must(into->add(piece));
  CHECK(code_of(into->add(good.back())) == errc::corrupt);
}

TEST_CASE("partition copy: a piece that was changed is refused, and nothing of it is kept") {
  copy_fixture f;
  f.fill();
  const pieces good = f.all();
  const auto changed = [&](const auto& change) {
    rows_reply bad = good[1];
    change(bad);
    return bad;
  };
  const std::string digests = "its digest do not agree";
  const auto flip = [](bytes& in, std::size_t at) { in.at(at) ^= std::byte{4}; };
  refuses(f, good, 1, changed([&](rows_reply& p) { flip(p.rows.back().value, 9); }), digests);
  refuses(f, good, 1, changed([&](rows_reply& p) { flip(p.rows.front().key, 0); }), digests);
  refuses(f, good, 1, changed([](rows_reply& p) { p.content[31] ^= std::byte{1}; }), digests);
  refuses(f, good, 1, changed([](rows_reply& p) { std::swap(p.rows[0], p.rows[1]); }), digests);
  refuses(f, good, 1, changed([](rows_reply& p) { p.rows_so_far ^= 1; }), "counts other rows");
  refuses(f, good, 1, changed([](rows_reply& p) { p.table = 0; }), digests);
  refuses(f, good, 1, changed([](rows_reply& p) { p.last = true; }), "before the last table");
  refuses(f, good, 1, changed([](rows_reply& p) {
            p.rows.pop_back();
            --p.rows_so_far;
          }),
          digests);
  rows_reply endless = good.back();
  endless.last = false;
  refuses(f, good, good.size() - 1, endless, digests);
  rows_reply beyond = good.back();
  beyond.table = std::size(gallery::table_names);
  refuses(f, good, good.size() - 1, beyond, "is not the next one");
}

TEST_CASE("partition copy: keys out of order are refused, though digest and count agree") {
  copy_fixture f;
  f.fill();
  const pieces good = f.all();
  rows_reply swapped = good[1];
  std::swap(swapped.rows[0], swapped.rows[1]);
  swapped.content = content_after(good[0].content, swapped);
  refuses(f, good, 1, swapped, "a key out of order");
  rows_reply again = good[1];  // a second piece of the table, with a key that was there
  again.rows.resize(1);
  again.rows_so_far = good[1].rows_so_far + 1;
  again.content = content_after(good[1].content, again);
  refuses(f, good, 2, again, "a key out of order");
  rows_reply nameless = good[1];
  nameless.rows[0].key.clear();
  nameless.content = content_after(good[0].content, nameless);
  refuses(f, good, 1, nameless, "a key out of order");
}

TEST_CASE("partition copy: a table may come in any pieces, and nothing after the last") {
  copy_fixture f;
  f.fill();
  const pieces good = f.all();
  pieces all{good[0]};
  const auto add = [&](rows_reply piece, std::vector<stored_row> rows, bool last) {
    piece.rows = std::move(rows);
    piece.last = last;
    piece.rows_so_far = all.back().rows_so_far + piece.rows.size();
    piece.content = content_after(all.back().content, piece);
    all.push_back(std::move(piece));
  };
  for (std::size_t i = 1; i < good.size(); ++i) {
    add(good[i], {}, false);
    for (const stored_row& row : good[i].rows) add(good[i], {row}, false);
  }
  rows_reply beyond = good.back();
  beyond.table = std::size(gallery::table_names);
  add(beyond, {}, false);
  beyond = all.back();
  all.pop_back();
  refuses(f, all, all.size(), beyond, "is not the next one");
  add(good.back(), {}, true);
  f.take(all);
  CHECK(f.content(*f.opened(*f.keys)) == f.content(*f.partitions[0]));
  add(good.back(), {}, true);
  const auto into = f.target();
  for (std::size_t i = 0; i + 1 < all.size(); ++i) must(into->add(all[i]));
  CHECK(code_of(into->add(all.back())) == errc::corrupt);
}

TEST_CASE("partition copy: not into a folder that holds one") {
  copy_fixture f;
  f.take(f.all());
  const auto outcome = make_partition_target(f.target_folder(), 256ull << 20);
  CHECK(code_of(outcome) == errc::conflict);
  CHECK(outcome.error().message.find("holds a copy already") != std::string::npos);
}

TEST_CASE("content_after: SHA-256 of what the header says") {
  rows_reply piece;
  piece.table = 0x0102;
  piece.last = true;
  piece.rows = {{to_bytes("key"), to_bytes("v")}};
  digest before{};
  before[0] = std::byte{9};
  bytes text(before.begin(), before.end());
  constexpr std::uint8_t expected[] = {2,   1,   0,   0, 1, 3, 0, 0, 0, 0, 0, 0,  0,
                                       'k', 'e', 'y', 1, 0, 0, 0, 0, 0, 0, 0, 'v'};
  for (const std::uint8_t byte : expected) text.push_back(static_cast<std::byte>(byte));
  CHECK(content_after(before, piece) == sha256(text));
  piece.content = before;  // is not looked at
  CHECK(content_after(before, piece) == sha256(text));
}
