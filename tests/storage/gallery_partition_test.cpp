#include "storage/gallery_partition.hpp"

#include "fingerprint/stored_entry.hpp"
#include "gallery_fixture.hpp"
#include "projection_contract.hpp"
#include "storage/gallery_records.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

namespace {

using seen_map = std::map<std::uint64_t, std::uint64_t>;

/// Every partition of a one-partition gallery over one keyring, for the common contract.
struct partition_factory {
  gallery_fixture source{1};
  std::unique_ptr<gallery_partition> make(const std::string& folder) {
    return must(open_gallery_partition(folder, {gallery_kind::criminal, 0}, 1, *source.keys,
                                       {256ull << 20, false}));
  }
  fact_stream facts() {
    if (!source.stream.all().empty()) return source.stream;
    source.enrol(1);
    source.enrol(2);
    source.merge(1, 2);
    source.encounter(1, 9);
    source.enrol(3);
    source.unmerge(2);
    source.remove(3);
    return source.stream;
  }
  std::string show(const gallery_partition& store) {
    return hex(must(must(store.view())->content_digest()));
  }
};

}  // namespace

TEST_CASE_TEMPLATE_INVOKE(projection_contract, partition_factory);

TEST_CASE("partition: an imported person is found with entry, row and sealed record") {
  gallery_fixture f;
  const subject_record people[] = {person(1), person(2)};
  must(f.partitions[0]->import(people, {77}));
  CHECK(f.seen() == seen_map{{1, 1}, {2, 2}});
  const auto view = f.view(1);
  CHECK(view->people() == 2);
  const auto entry = must(view->entry({1}));
  REQUIRE(entry);
  CHECK(fingerprint::check_stored_entry(*entry));
  CHECK(bytes(entry->begin(), entry->end()) == must(gallery::searchable_of(people[0])).entry);
  const subject_row row = must(view->subject({1}));
  CHECK(row.identity == subject_id{1});
  CHECK(row.enrolled_seq == 0);
  CHECK(row.enrolled_at == instant{77});
  CHECK(must(wire::decode_subject_record(must(f.keys->open(row.record)))) == people[0]);
  CHECK(code_of(view->subject({3})) == errc::not_found);
  CHECK(!must(view->entry({3})));
  const partition_stats stats = view->stats();
  CHECK(stats.people == 2);
  CHECK(stats.prints == 20);
  CHECK(stats.search_bytes > 2 * 100);
  CHECK(stats.file_bytes > stats.search_bytes);
}

TEST_CASE("partition: an import is whole or not at all (known, twice, elsewhere, unusable)") {
  gallery_fixture f(2);
  const std::uint64_t a = id_in(0, 2, 0).value, b = id_in(0, 2, 1).value, c = id_in(0, 2, 2).value;
  gallery_partition& home = *f.partitions[0];
  must(home.import(std::span(&person(a), 1), {}));
  const subject_record known[] = {person(b), person(a)};
  CHECK(code_of(home.import(known, {})) == errc::conflict);
  const subject_record twice[] = {person(b), person(b)};
  CHECK(code_of(home.import(twice, {})) == errc::conflict);
  const subject_record elsewhere[] = {person(b), person(id_in(1, 2, 0).value)};
  CHECK(code_of(home.import(elsewhere, {})) == errc::invalid_input);
  subject_record unusable[] = {person(b), person(c)};
  unusable[1].prints.clear();
  const status refused = home.import(unusable, {});
  CHECK(code_of(refused) == errc::invalid_input);
  CHECK(refused.error().message.find(to_string(subject_id{c})) != std::string::npos);
  const key_id gone{c, key_purpose::record_criminal};
  must(f.keys->destroy(std::span(&gone, 1)));
  const subject_record purged[] = {person(b), person(c)};
  CHECK(code_of(home.import(purged, {})) == errc::purged);
  CHECK(f.seen() == seen_map{{a, a}});
  CHECK(must(f.partitions[0]->view())->stats().people == 1);
}

TEST_CASE("partition: an unknown finger position is taken from beside the ISO record") {
  subject_record record = person(1);
  const bytes expected = must(gallery::searchable_of(record)).entry;
  for (auto& print : record.prints) print.iso_record.at(24) = std::byte{0};  // the view's position
  CHECK(must(gallery::searchable_of(record)).entry == expected);
  for (auto& print : record.prints) print.finger_position = 0;
  const auto unknown = gallery::searchable_of(record);
  CHECK((!unknown || unknown->entry != expected));
}

TEST_CASE("partition: stores only its own, though all follow the whole stream") {
  gallery_fixture f(3);
  for (std::uint64_t id = 1; id <= 6; ++id) f.enrol(id);
  CHECK(f.seen() == seen_map{{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}, {6, 6}});
  std::uint64_t people = 0;
  for (const auto& partition : f.partitions) {
    CHECK(partition->applied().seq == 6);
    CHECK(must(partition->view())->applied_seq() == 6);
    people += must(partition->view())->people();
  }
  CHECK(people == 6);
  CHECK(must(f.view(3)->entry({3})));
}

TEST_CASE("partition: facts of others move the position without a write, and are read again") {
  gallery_fixture f(2);
  const std::uint64_t other = id_in(1, 2, 0).value;
  f.enrol(id_in(0, 2, 0).value);
  const digest before = must(f.view(id_in(0, 2, 0).value)->content_digest());
  f.enrol(other);
  f.encounter(other, 5);
  CHECK(f.partitions[0]->applied().seq == 3);
  f.reopen();
  CHECK(f.partitions[0]->applied().seq == 1);  // where the disk was
  must(f.partitions[0]->apply(f.stream.from(2)));
  CHECK(f.partitions[0]->applied() == stream_tail{3, f.stream.all().back().self});
  CHECK(must(f.view(id_in(0, 2, 0).value)->content_digest()) == before);
}

TEST_CASE("partition: the position on disk does not lag for ever") {
  gallery_fixture f(2);
  const fact nothing = gallery_imported{};
  for (int i = 0; i < 4100; ++i) f.stream.add(nothing);
  for (std::size_t i = 0; i < 4100; i += 100)
    must(f.partitions[0]->apply(std::span(f.stream.all()).subspan(i, 100)));
  f.partitions.clear();
  f.open(0);
  CHECK(f.partitions[0]->applied().seq == 4100);
}

TEST_CASE("partition: visit goes from a fact on (after_seq), until told to stop") {
  gallery_fixture f;
  must(f.partitions[0]->import(std::span(&person(9), 1), {}));
  for (const std::uint64_t id : {5, 7, 3, 4}) f.enrol(id);
  CHECK(f.seen(0).size() == 5);
  CHECK(f.seen(2) == seen_map{{3, 3}, {4, 4}});
  CHECK(f.seen(4).empty());
  CHECK(f.seen(~std::uint64_t{0}).empty());
  int visited = 0;
  must(f.view(3)->visit(0, [&](subject_id, byte_view) { return ++visited < 2; }));
  CHECK(visited == 2);
}

TEST_CASE("partition: encounters belong to a record that is here") {
  gallery_fixture f;
  f.enrol(1);
  f.encounter(1, 40);
  f.encounter(1, 30);
  f.encounter(2, 50);
  const auto row = must(f.view(1)->subject({1}));
  REQUIRE(row.encounters.size() == 2);
  CHECK(row.encounters[0].booking == booking_id{40});
  CHECK(row.encounters[1].ori == "FL0130000");
  CHECK(f.view(1)->stats().encounters == 2);
}

TEST_CASE("partition: a deleted record is gone at once, everywhere") {
  gallery_fixture f;
  f.enrol(1);
  f.enrol(2);
  f.encounter(1, 40);
  f.encounter(1, 41);
  const partition_stats before = f.view(1)->stats();
  f.remove(1);
  const auto view = f.view(1);
  CHECK(f.seen() == seen_map{{2, 2}});
  CHECK(f.seen(0).size() == 1);
  CHECK(!must(view->entry({1})));
  CHECK(code_of(view->subject({1})) == errc::not_found);
  const partition_stats stats = view->stats();
  CHECK(stats.people == 1);
  CHECK(stats.encounters == 0);
  CHECK(stats.prints == 10);
  CHECK(stats.search_bytes < before.search_bytes);
  f.remove(1);
  f.encounter(1, 42);
  CHECK(f.view(1)->stats().encounters == 0);
}

TEST_CASE("partition: a view is a snapshot") {
  gallery_fixture f;
  f.enrol(1);
  const auto before = f.view(1);
  const auto entry = must(before->entry({1}));
  REQUIRE(entry);
  const bytes copy(entry->begin(), entry->end());
  f.enrol(2);
  f.remove(1);
  CHECK(before->applied_seq() == 1);
  CHECK(before->people() == 1);
  CHECK(before->subject({1}));
  CHECK(bytes(entry->begin(), entry->end()) == copy);
  CHECK(f.view(1)->applied_seq() == 3);
  CHECK(!must(f.view(1)->entry({1})));
}

TEST_CASE("partition: a record whose key is destroyed is passed over on replay") {
  gallery_fixture f;
  f.enrol(1);
  f.enrol(2);
  const key_id gone{1, key_purpose::record_criminal};
  must(f.keys->destroy(std::span(&gone, 1)));
  const temp_folder other;
  const auto replayed = must(open_gallery_partition(
      other.path().string(), {gallery_kind::criminal, 0}, 1, *f.keys, {64ull << 20, false}));
  must(replayed->apply(f.stream.all()));
  const auto view = must(replayed->view());
  CHECK(view->people() == 1);
  CHECK(code_of(view->subject({1})) == errc::not_found);
  CHECK(replayed->applied().seq == 2);
}

TEST_CASE("partition: an unusable enrolment is kept without an entry and stops nothing") {
  gallery_fixture f;
  subject_record without_prints = person(1);
  without_prints.prints.clear();
  f.apply(f.enrolment(without_prints));
  subject_enrolled damaged = f.enrolment(person(2));
  damaged.record.ciphertext.back() ^= std::byte{1};
  f.apply(damaged);
  subject_enrolled swapped = f.enrolment(person(3));
  swapped.subject = {4};
  f.apply(swapped);
  f.enrol(5);
  CHECK(f.seen() == seen_map{{5, 5}});
  const auto view = f.view(1);
  CHECK(view->people() == 1);
  CHECK(view->stats().people == 4);
  CHECK(view->subject({1}));
  CHECK(!must(view->entry({2})));
  f.remove(1);
  CHECK(f.view(1)->stats().people == 3);
}

TEST_CASE("partition: a second enrolment of a subject changes nothing") {
  gallery_fixture f;
  f.enrol(1);
  const digest before = must(f.view(1)->content_digest());
  f.enrol(1);
  CHECK(must(f.view(1)->content_digest()) == before);
}

TEST_CASE("partition: a damaged entry is found at its first use, and named") {
  gallery_fixture f;
  f.enrol(1);
  f.partitions.clear();
  {
    const auto env = tamper(f.folder.path().string() + "/0", {"entries"});
    auto txn = must(env->write());
    must(txn.put(env->at(0), key_of(1), bytes(64, std::byte{0xee})));
    must(txn.commit());
  }
  f.open(0);
  const auto view = f.view(1);
  for (const status& outcome :
       {view->visit(0, [](subject_id, byte_view) { return true; }),
        status(view->entry({1}) ? status{} : status(view->entry({1}).error()))}) {
    CHECK(code_of(outcome) == errc::corrupt);
    CHECK(outcome.error().message.find(to_string(subject_id{1})) != std::string::npos);
  }
}

TEST_CASE("partition: a folder of another partition is refused") {
  gallery_fixture f(2);
  f.partitions.clear();
  const std::string folder = f.folder.path().string() + "/0";
  CHECK(code_of(open_gallery_partition(folder, {gallery_kind::criminal, 1}, 2, *f.keys)) ==
        errc::conflict);
  CHECK(code_of(open_gallery_partition(folder, {gallery_kind::immigration, 0}, 2, *f.keys)) ==
        errc::conflict);
  CHECK(code_of(open_gallery_partition(folder, {gallery_kind::criminal, 0}, 3, *f.keys)) ==
        errc::conflict);
  CHECK(code_of(open_gallery_partition(folder, {gallery_kind::criminal, 2}, 2, *f.keys)) ==
        errc::invalid_input);
}

TEST_CASE("partition: a full map is storage_full and changes nothing (import, apply)") {
  gallery_fixture f;
  const std::string folder = f.folder.path().string() + "/tiny";
  const auto tiny = must(
      open_gallery_partition(folder, {gallery_kind::criminal, 0}, 1, *f.keys, {160 << 10, false}));
  const digest before = must(must(tiny->view())->content_digest());
  std::vector<subject_record> people;
  for (std::uint64_t id = 1; id <= 20; ++id) {
    people.push_back(person(1 + id % 9));
    people.back().subject = {id};
    f.stream.add(f.enrolment(people.back()));
  }
  CHECK(code_of(tiny->import(people, {})) == errc::storage_full);
  CHECK(code_of(tiny->apply(f.stream.all())) == errc::storage_full);
  CHECK(tiny->applied().seq == 0);
  CHECK(must(must(tiny->view())->content_digest()) == before);
}
