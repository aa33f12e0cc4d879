#include "storage/gallery_slabs.hpp"

#include <algorithm>
#include <functional>

#include "gallery_fixture.hpp"
#include "storage/gallery_records.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

namespace {

constexpr std::uint64_t full = fingerprint::slab_people;

/// Many people of few prints: two fingers, of a handful of synthetic people.
subject_record quick_record(std::uint64_t id) {
  subject_record record = person(1 + id % 5);
  record.subject = {id};
  record.prints.resize(2);
  return record;
}

struct slab_fixture : gallery_fixture {
  void import_people(std::uint64_t first, std::uint64_t last, std::uint64_t each_call = 1000) {
    for (std::uint64_t id = first; id <= last; id += each_call) {
      std::vector<subject_record> people;
      for (std::uint64_t i = id; i <= last && i < id + each_call; ++i)
        people.push_back(quick_record(i));
      must(partitions[0]->import(people, {}));
    }
  }
  std::vector<std::uint64_t> slab_numbers() {
    std::vector<std::uint64_t> out;
    must(view(1)->visit_slabs(0, [&](const slab_view& slab) {
      out.push_back(slab.number);
      return true;
    }));
    return out;
  }
  std::vector<std::uint64_t> tail() {
    std::vector<std::uint64_t> out;
    must(view(1)->visit_tail([&](subject_id subject, byte_view) {
      out.push_back(subject.value);
      return true;
    }));
    return out;
  }
  bytes slab(std::uint64_t number) {
    bytes out;
    must(view(1)->visit_slabs(number, [&](const slab_view& found) {
      CHECK(found.number == number);
      out.assign(found.subjects.begin(), found.subjects.end());
      out.insert(out.end(), found.slab.begin(), found.slab.end());
      return false;
    }));
    return out;
  }
  std::string path() const { return folder.path().string() + "/0"; }
  /// Closed, opened behind the store's back.
  void behind(const std::function<void(lmdb::environment&, lmdb::write_transaction&)>& change) {
    partitions.clear();
    const auto env = must(lmdb::environment::open(path(), gallery::table_names));
    auto txn = must(env->write());
    change(*env, txn);
    must(txn.commit());
  }
  std::vector<error> wrong(std::size_t most = 20) {
    partitions.clear();
    std::vector<error> out;
    const auto env = must(lmdb::environment::open(path(), gallery::table_names));
    must(gallery::verify_sketches(*env, most, out));
    return out;
  }
  status opened() {
    partitions.clear();
    auto outcome = open_gallery_partition(path(), {gallery_kind::criminal, 0}, 1, *keys,
                                          {256ull << 20, false});
    return outcome ? status{} : status(outcome.error());
  }
};

bytes value_of(const lmdb::environment& env, lmdb::write_transaction& txn, std::size_t table,
               byte_view key) {
  const auto found = must(txn.get(env.at(table), key));
  REQUIRE(found);
  return {found->begin(), found->end()};
}

}  // namespace

TEST_CASE("slabs: at 256 the tail becomes a slab, and everyone stands in one place") {
  slab_fixture f;
  f.import_people(1, full - 1);
  CHECK(f.slab_numbers().empty());
  CHECK(f.tail().size() == full - 1);
  f.import_people(full, 2 * full + 3);
  CHECK(f.slab_numbers() == std::vector<std::uint64_t>{0, 1});
  CHECK(f.tail() == std::vector<std::uint64_t>{2 * full + 1, 2 * full + 2, 2 * full + 3});
  CHECK(f.seen().size() == 2 * full + 3);
  CHECK(f.view(1)->stats().sketch_bytes ==
        2 * gallery::slab_value_bytes + 3 * gallery::tail_value_bytes);
  CHECK(f.wrong().empty());
  CHECK(f.opened());
}

TEST_CASE("slabs: the same for any size of batch, imported or enrolled one by one") {
  slab_fixture many, few, facts;
  many.import_people(1, full + 9);
  few.import_people(1, full + 9, 7);
  for (std::uint64_t id = 1; id <= full + 9; ++id) facts.apply(facts.enrolment(quick_record(id)));
  const bytes expected = many.slab(0);
  CHECK(few.slab(0) == expected);
  CHECK(facts.slab(0) == expected);
  CHECK(few.tail() == many.tail());
  CHECK(facts.tail() == many.tail());
}

TEST_CASE("slabs: an erased person leaves no byte, the others keep their place") {
  slab_fixture f;
  f.import_people(1, 99);
  const subject_record own = person(9);  // nobody else's prints here
  subject_record canary = own;
  canary.subject = {100};
  must(f.partitions[0]->import(std::span(&canary, 1), {}));
  f.import_people(101, full);
  REQUIRE(f.slab_numbers().size() == 1);
  const bytes row = must(gallery::searchable_of(own)).sketches;
  const auto words = std::span(row).subspan(8, 16);
  const auto in_file = [&] {
    const auto file = read_file(f.path() + "/data.mdb");
    return !std::ranges::search(file, words).empty();
  };
  CHECK(in_file());
  f.remove(100);
  CHECK_FALSE(in_file());
  std::size_t erased = 0;
  must(f.view(1)->visit_slabs(0, [&](const slab_view& slab) {
    for (std::size_t i = 0; i < full; ++i) {
      const bool here = slab.subject(i) == subject_id{i + 1};
      CHECK((here || slab.subject(i) == subject_id{}));
      if (here) continue;
      ++erased;
      CHECK(i == 99);
      CHECK(std::ranges::all_of(fingerprint::row_of(slab.slab, static_cast<unsigned>(i)),
                                [](std::byte b) { return b == std::byte{0}; }));
    }
    return true;
  }));
  CHECK(erased == 1);
  CHECK(f.seen().size() == full - 1);
  CHECK(f.wrong().empty());
  CHECK(f.opened());
}

TEST_CASE("slabs: who is erased under a search stands in the file until it ends, which is said") {
  slab_fixture f;
  f.import_people(1, full + 5);
  subject_record canary = person(9);
  canary.subject = {full + 50};
  must(f.partitions[0]->import(std::span(&canary, 1), {}));
  const bytes row = must(gallery::searchable_of(canary)).sketches;
  const auto in_file = [&] {
    const auto file = read_file(f.path() + "/data.mdb");
    return !std::ranges::search(file, std::span(row).subspan(8, 16)).empty();
  };
  must(f.partitions[0]->finish_erasing());
  auto search = must(f.partitions[0]->view());
  f.remove(canary.subject.value);
  CHECK(in_file());
  CHECK(code_of(f.partitions[0]->finish_erasing()) == errc::unavailable);
  search.reset();
  must(f.partitions[0]->finish_erasing());
  CHECK_FALSE(in_file());
}

TEST_CASE("slabs: one whose people are all erased goes, but for the last; no number comes twice") {
  slab_fixture f;
  f.import_people(1, 2 * full);
  for (std::uint64_t id = 1; id <= full; ++id) f.remove(id);
  CHECK(f.slab_numbers() == std::vector<std::uint64_t>{1});
  for (std::uint64_t id = full + 1; id <= 2 * full; ++id) f.remove(id);
  CHECK(f.slab_numbers() == std::vector<std::uint64_t>{1});
  CHECK(f.seen().empty());
  f.import_people(1, full);
  CHECK(f.slab_numbers() == std::vector<std::uint64_t>{1, 2});
  CHECK(f.seen().size() == full);
  CHECK(f.wrong().empty());
  CHECK(f.opened());
}

TEST_CASE("slabs: one by its number, as it is met on the way; nothing where there is none") {
  slab_fixture f;
  f.import_people(1, 2 * full);
  const auto view = must(f.partitions[0]->view());
  must(view->visit_slabs(0, [&](const slab_view& met) {
    const auto found = must(view->slab(met.number));
    REQUIRE(found);
    CHECK(found->number == met.number);
    CHECK(found->slab.data() == met.slab.data());
    CHECK(found->subjects.data() == met.subjects.data());
    return true;
  }));
  CHECK_FALSE(must(view->slab(2)));
}

TEST_CASE("slabs: from a slab on, until told to stop") {
  slab_fixture f;
  f.import_people(1, 3 * full);
  std::vector<std::uint64_t> numbers;
  must(f.view(1)->visit_slabs(1, [&](const slab_view& slab) {
    numbers.push_back(slab.number);
    return false;
  }));
  CHECK(numbers == std::vector<std::uint64_t>{1});
}

TEST_CASE("slabs: who has a print of unknown position is on a list of such") {
  slab_fixture f;
  f.import_people(1, 3);
  subject_record unknown = quick_record(4);
  unknown.prints[1].finger_position = 0;
  for (auto& print : unknown.prints) print.iso_record.at(24) = std::byte{0};
  must(f.partitions[0]->import(std::span(&unknown, 1), {}));
  std::vector<std::uint64_t> listed;
  const auto list = [&] {
    listed.clear();
    must(f.view(1)->visit_unplaced([&](subject_id subject, byte_view) {
      listed.push_back(subject.value);
      return true;
    }));
    return listed;
  };
  CHECK(list() == std::vector<std::uint64_t>{4});
  CHECK(f.tail().size() == 4);
  f.remove(4);
  CHECK(list().empty());
  CHECK(f.wrong().empty());
}

TEST_CASE("slabs: damage is found at the first use, and named") {
  slab_fixture f;
  f.import_people(1, full + 2);
  const auto named = [](const status& outcome, const std::string& name) {
    CHECK(code_of(outcome) == errc::corrupt);
    CHECK(outcome.error().message.find(name) != std::string::npos);
    CHECK(outcome.error().message.find("rebuild") != std::string::npos);
  };
  const auto every_slab = [](const slab_view&) { return true; };
  bytes whole;
  f.behind([&](auto& env, auto& txn) {
    whole = value_of(env, txn, gallery::slabs, key_of(0));
    bytes changed = whole;
    changed[5000] ^= std::byte{1};
    must(txn.put(env.at(gallery::slabs), key_of(0), changed));
  });
  f.open(0);
  for (int again = 0; again < 2; ++again)
    named(f.view(1)->visit_slabs(0, every_slab), "slab 0: its checksum");
  f.behind([&](auto& env, auto& txn) {
    named(gallery::check_sketches(env), "slab 0: its checksum");
    // A change would give the damage a checksum of its own.
    named(gallery::erase_sketch(txn, env, {1}), "slab 0: its checksum");
    must(txn.put(env.at(gallery::slabs), key_of(0), bytes(16)));
  });
  named(f.opened(), "slab 0: it is too short");
  f.behind([&](auto& env, auto& txn) {
    CHECK(must(txn.erase(env.at(gallery::slabs), key_of(0))));
    must(txn.put(env.at(gallery::slabs), key_of(1ull << 40), whole));
  });
  named(f.opened(), "nobody gives such a number");
  f.behind([&](auto& env, auto& txn) {
    CHECK(must(txn.erase(env.at(gallery::slabs), key_of(1ull << 40))));
    must(txn.put(env.at(gallery::slabs), key_of(0), whole));
  });
  f.open(0);
  CHECK(f.view(1)->visit_slabs(0, every_slab));
}

TEST_CASE("slabs: damage to the tail and lost rows are found when opening") {
  slab_fixture f;
  f.import_people(1, full + 2);
  f.behind([&](auto& env, auto& txn) {
    bytes row = value_of(env, txn, gallery::tail, key_of(full + 1));
    row[100] ^= std::byte{1};
    must(txn.put(env.at(gallery::tail), key_of(full + 1), row));
  });
  const status refused = f.opened();
  CHECK(code_of(refused) == errc::corrupt);
  CHECK(refused.error().message.find("sketches of " + to_string(subject_id{full + 1})) !=
        std::string::npos);
  f.behind([&](auto& env, auto& txn) {
    CHECK(must(txn.erase(env.at(gallery::tail), key_of(full + 1))));
  });
  const status lost = f.opened();
  CHECK(code_of(lost) == errc::corrupt);
  CHECK(lost.error().message.find("sketches of 257 people, but 258 search entries") !=
        std::string::npos);
}

TEST_CASE("slabs: a row of the tail that rots while it waits is not sealed into a slab") {
  slab_fixture f;
  f.import_people(1, full - 1);
  f.behind([&](auto& env, auto& txn) {
    bytes row = value_of(env, txn, gallery::tail, key_of(3));
    row[100] ^= std::byte{1};
    must(txn.put(env.at(gallery::tail), key_of(3), row));
    const status sealed =
        gallery::add_sketch(txn, env, {full}, must(gallery::searchable_of(quick_record(full))));
    CHECK(code_of(sealed) == errc::corrupt);
    CHECK(sealed.error().message.find(to_string(subject_id{3})) != std::string::npos);
  });
}

TEST_CASE("slabs: LMDB's buffers do not bring an erased person's row back into the file") {
  slab_fixture f;
  const subject_record canary = person(9);  // nobody else's prints here
  must(f.partitions[0]->import(std::span(&canary, 1), {}));
  const bytes row = must(gallery::searchable_of(canary)).sketches;
  const auto words = std::span(row).subspan(8, 16);
  f.remove(9);
  for (std::uint64_t id = 10; id < 40; ++id) {
    f.apply(f.enrolment(quick_record(id)));
    const auto file = read_file(f.path() + "/data.mdb");
    CHECK(std::ranges::search(file, words).empty());
  }
}

TEST_CASE("slabs: what a reader kept from being overwritten is overwritten when all is closed") {
  slab_fixture f;
  subject_record canary = person(9);  // nobody else's prints here
  must(f.partitions[0]->import(std::span(&canary, 1), {}));
  const bytes row = must(gallery::searchable_of(canary)).sketches;
  const auto words = std::span(row).subspan(8, 16);
  const auto in_file = [&] {
    const auto file = read_file(f.path() + "/data.mdb");
    return !std::ranges::search(file, words).empty();
  };
  {
    const auto reader = f.view(9);
    f.remove(9);
    CHECK(in_file());
  }
  CHECK(in_file());
  f.partitions.clear();
  CHECK_FALSE(in_file());
}

TEST_CASE("verify_sketches: another's, nobody's, double and missing ones are named") {
  slab_fixture f;
  f.import_people(1, 6);
  f.behind([&](auto& env, auto& txn) {
    const auto at = env.at(gallery::tail);
    const bytes of_two = value_of(env, txn, gallery::tail, key_of(2));
    must(txn.put(at, key_of(1), of_two));
    must(txn.put(at, key_of(70), of_two));
    CHECK(must(txn.erase(at, key_of(3))));
    CHECK(must(txn.erase(at, key_of(4))));
    must(txn.put(env.at(gallery::unplaced), key_of(5), empty_value));
  });
  const auto wrong = f.wrong();
  const auto says = [&](const std::string& who, const std::string& what) {
    return std::ranges::any_of(wrong, [&](const error& e) {
      return e.message.find(who) != std::string::npos && e.message.find(what) != std::string::npos;
    });
  };
  CHECK(says(to_string(subject_id{1}), "not those of the search entry"));
  CHECK(says(to_string(subject_id{70}), "of nobody"));
  CHECK(says(to_string(subject_id{5}), "unknown position"));
  CHECK(says("", "1 people with a search entry have none"));
  CHECK(f.wrong(1).size() == 2);  // one of the people, and the sum
}
