#include "storage/scrub.hpp"

#include <algorithm>

#include "storage/gallery_tables.hpp"
#include "storage/layout.hpp"
#include "storage/store.hpp"
#include "storage_support.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

namespace {

/// A store of one partition: imported people 1 and 2, enrolled 10 and 11, an audit row each.
class scrubbed_store {
 public:
  scrubbed_store() {
    must(create_store(path(), 1));
    const auto store = must(open_store(path()));
    const subject_record people[] = {make_record(1), make_record(2)};
    must(store->criminal[0]->import(people, {5}));
    append(*store, stream_id::criminal, "import", gallery_imported{2, {}, {5}, "operator"});
    for (const std::uint64_t id : {10, 11}) {
      const seal_request wanted{{id, key_purpose::record_criminal}, wire::encode(make_record(id))};
      const auto sealed = must(store->keys->seal(std::span(&wanted, 1)));
      append(*store, stream_id::criminal, "enrol" + std::to_string(id),
             subject_enrolled{{id}, {}, {6}, "operator", sealed.front()});
      append(*store, stream_id::audit, "row" + std::to_string(id),
             audit_row{{6}, "operator", "operator", "enrol", std::to_string(id), "test", ""});
    }
    for (projection* each : store->projections()) must(catch_up(*store->log, *each));
  }
  std::string path() const { return (folder_.path() / "store").string(); }
  std::string part(const std::string& name) const { return path() + "/" + name; }
  scrub_report scrub(bool repair = false) const {
    return must(scrub_store(path(), {.repair = repair, .on_part = {}}));
  }
  /// Changes one byte of a stored value behind the store's back.
  void flip(const std::string& where, std::span<const char* const> tables, std::size_t table,
            byte_view key, std::size_t at) const {
    const auto env = must(lmdb::environment::open(part(where), tables));
    auto txn = must(env->write());
    const auto value = must(txn.get(env->at(table), key));
    REQUIRE(value);
    bytes changed(value->begin(), value->end());
    changed.at(at) ^= std::byte{1};
    must(txn.put(env->at(table), key, changed));
    must(txn.commit());
  }
  /// One bit of a file that LMDB does not know of.
  void flip_file(const std::string& file, std::size_t at) const {
    auto content = read_file(part(file));
    content.at(at) ^= std::byte{1};
    write_file(part(file), content);
  }
  static void append(store& into, stream_id stream, const std::string& id, const fact& what) {
    const append_request request{stream, id, std::nullopt, wire::encode(what)};
    must(into.log->append(std::span(&request, 1)).front());
  }

 private:
  temp_folder folder_;
};

const std::string partition = "gallery/criminal/000";

bool has(const scrub_report& report, const std::string& where, remedy way,
         const std::string& what = "") {
  return std::ranges::any_of(report.found, [&](const damage& d) {
    return d.where.starts_with(where) && d.way == way && d.what.find(what) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("scrub: a projection that is behind, since its process ended, is not damaged") {
  const scrubbed_store store;
  {
    const auto open = must(open_store(store.path()));
    for (const stream_id stream : {stream_id::audit, stream_id::criminal}) {
      const seal_request wanted{{12, key_purpose::record_criminal}, wire::encode(make_record(12))};
      const auto sealed = must(open->keys->seal(std::span(&wanted, 1)));
      scrubbed_store::append(
          *open, stream, "late",
          stream == stream_id::audit
              ? fact(audit_row{{7}, "operator", "operator", "enrol", "12", "test", ""})
              : fact(subject_enrolled{{12}, {}, {7}, "operator", sealed.front()}));
    }
  }
  const auto report = store.scrub();
  for (const auto& one : report.found) INFO(one.where, ": ", one.what);
  CHECK(report.found.empty());
}

TEST_CASE("scrub: a whole store has nothing to tell") {
  const scrubbed_store store;
  const auto report = store.scrub();
  for (const damage& one : report.found) FAIL_CHECK(one.where << ": " << one.what);
  CHECK(report.whole());
  CHECK(report.facts == 5);
  CHECK(report.keys == 4);
  CHECK(report.rows > 8);
  CHECK(code_of(scrub_store(store.path() + "x")) == errc::not_found);
  const auto held = must(open_store(store.path()));
  CHECK(code_of(scrub_store(store.path())) == errc::unavailable);
}

TEST_CASE("scrub: a flipped bit of an enrolled person's search entry is found and mended") {
  const scrubbed_store store;
  store.flip(partition, gallery::table_names, gallery::entries, key_of(10), 100);
  {
    const auto opened = must(open_store(store.path()));
    CHECK(code_of(must(opened->criminal[0]->view())->entry({10})) == errc::corrupt);
  }
  CHECK(has(store.scrub(), partition, remedy::rebuild, hex(key_of(10))));
  const auto mended = store.scrub(true);
  CHECK(mended.whole());
  CHECK(has(mended, partition, remedy::rebuild));
  CHECK(store.scrub().found.empty());
  const auto opened = must(open_store(store.path()));
  CHECK(must(opened->criminal[0]->view())->people() == 4);
}

TEST_CASE("scrub: flipped bits of sketches, and sketches of another person, are found and mended") {
  const scrubbed_store store;
  store.flip(partition, gallery::table_names, gallery::tail, key_of(10), 100);
  CHECK(code_of(open_store(store.path())) == errc::corrupt);
  CHECK(has(store.scrub(), partition, remedy::rebuild, to_string(subject_id{10})));
  CHECK(store.scrub(true).whole());
  CHECK(store.scrub().found.empty());
  {
    const auto env = must(lmdb::environment::open(store.part(partition), gallery::table_names));
    auto txn = must(env->write());
    const auto other = must(txn.get(env->at(gallery::tail), key_of(1)));
    REQUIRE(other);
    must(txn.put(env->at(gallery::tail), key_of(10), bytes(other->begin(), other->end())));
    must(txn.commit());
  }
  CHECK(open_store(store.path()));  // whole by itself, but not the person's
  CHECK(has(store.scrub(), partition, remedy::rebuild, "not those of the search entry"));
  CHECK(store.scrub(true).whole());
  CHECK(store.scrub().found.empty());
}

TEST_CASE("scrub: an imported person's search entry is computed again from the sealed record") {
  const scrubbed_store store;
  store.flip(partition, gallery::table_names, gallery::entries, key_of(1), 3000);
  CHECK(store.scrub(true).whole());
  CHECK(store.scrub().found.empty());
  CHECK(must(must(open_store(store.path()))->criminal[0]->view())->people() == 4);
}

TEST_CASE("scrub: a damaged page header of an imported person's value is found and mended") {
  const scrubbed_store store;
  const std::string file = partition + "/data.mdb";
  {
    const auto env = must(lmdb::environment::open(store.part(partition), gallery::table_names));
    const auto txn = must(env->read());
    const byte_view entry = *must(txn.get(env->at(gallery::entries), key_of(1)));
    REQUIRE(entry.size() > 4096);
    const auto content = read_file(store.part(file));
    const auto at = std::search(content.begin(), content.end(), entry.begin(), entry.end());
    REQUIRE(at != content.end());
    store.flip_file(file, std::size_t(at - content.begin()) - 4);  // count of its pages
  }
  {
    const auto opened = must(open_store(store.path()));
    store.append(*opened, stream_id::criminal, "delete", subject_deleted{{1}, {7}, "operator", ""});
    CHECK(code_of(catch_up(*opened->log, *opened->criminal[0])) == errc::corrupt);
    CHECK(must(opened->criminal[0]->view())->people() == 4);  // nothing is lost
  }
  CHECK(code_of(open_store(store.path())) == errc::corrupt);
  CHECK(has(store.scrub(), partition, remedy::rebuild, "is damaged: it does not begin a value"));
  CHECK(store.scrub(true).whole());
  CHECK(store.scrub().found.empty());
  CHECK(must(must(open_store(store.path()))->criminal[0]->view())->people() == 3);
}

TEST_CASE(
    "scrub: an imported person whose record is damaged cannot be given back, and it says so") {
  const scrubbed_store store;
  const auto size = [&] {
    const auto env = must(lmdb::environment::open(store.part(partition), gallery::table_names));
    const auto txn = must(env->read());
    return must(txn.get(env->at(gallery::subjects), key_of(2)))->size();
  }();
  store.flip(partition, gallery::table_names, gallery::subjects, key_of(2), size - 40);
  const auto report = store.scrub(true);
  CHECK_FALSE(report.whole());
  CHECK(has(report, partition, remedy::reimport, to_string(subject_id{2})));
}

TEST_CASE("scrub: a small projection with a changed, a lost and an invented row is made anew") {
  const scrubbed_store store;
  store.flip("audit", layout::audit, 1, key_of(1), 40);
  {
    const auto env = must(lmdb::environment::open(store.part("audit"), layout::audit));
    auto txn = must(env->write());
    CHECK(must(txn.erase(env->at(1), key_of(2))));
    must(txn.put(env->at(1), key_of(99), bytes(8)));
    must(txn.commit());
  }
  const auto report = store.scrub();
  CHECK(has(report, "audit", remedy::rebuild, "another value"));
  CHECK(has(report, "audit", remedy::rebuild, "is missing"));
  CHECK(has(report, "audit", remedy::rebuild, "should not be there"));
  CHECK(store.scrub(true).whole());
  CHECK(store.scrub().found.empty());
}

TEST_CASE(
    "scrub: a damaged page of a projection is named; a partition of imports is not thrown away") {
  const scrubbed_store store;
  for (const std::string& part : {std::string("bookings"), partition})
    for (const std::size_t page : {2u, 3u, 4u, 5u, 6u, 7u})
      if (std::filesystem::file_size(store.part(part) + "/data.mdb") > page * 4096)
        store.flip_file(part + "/data.mdb", page * 4096 + 13);
  const auto report = store.scrub(true);
  CHECK(has(report, "bookings", remedy::rebuild, "page"));
  CHECK(has(report, partition, remedy::reimport, "page"));
  CHECK_FALSE(report.whole());
  const auto again = store.scrub();
  CHECK_FALSE(has(again, "bookings", remedy::rebuild));
  CHECK(has(again, partition, remedy::reimport, "page"));
}

TEST_CASE("scrub: damage that only a backup can mend is said to be so") {
  const scrubbed_store store;
  store.flip("journal", layout::journal, 4, key_of(2), 90);
  store.flip_file("keys/slots", 64 + 5);
  const auto report = store.scrub(true);
  CHECK(has(report, "journal, stream criminal", remedy::restore, "fact 2"));
  CHECK(has(report, "keys", remedy::restore, "slot 1"));
  CHECK_FALSE(report.whole());
}

TEST_CASE("scrub: a message id that leads to another fact is found") {
  const scrubbed_store store;
  store.flip("journal", layout::journal, 13, sha256(to_bytes("row10")), 0);
  CHECK(has(store.scrub(), "journal, stream audit", remedy::restore, "row10"));
}
