// Bits that change on a disk: which, and that production's own means see them.
#include "sim/cluster/bit_rot.hpp"

#include <doctest/doctest.h>

#include "storage/lmdb_pages.hpp"
#include "tests/storage/storage_support.hpp"

using namespace whorl;
using namespace whorl::sim;
using whorl::test::must;

namespace {

constexpr const char* table_names[] = {"rows"};

/// An environment with a big and a small value, the former replaced now and then.
struct rotten_fixture {
  rotten_fixture() {
    for (std::uint64_t round = 1; round <= 5; ++round) write(round);
  }
  void write(std::uint64_t round) {
    const auto env = must(storage::lmdb::environment::open(where, table_names));
    auto txn = must(env->write());
    must(txn.put(env->at(0), storage::key_of(1), bytes(8000, std::byte(round))));
    must(txn.put(env->at(0), storage::key_of(2), storage::make_value({round})));
    must(txn.commit());
  }
  std::pair<bytes, bytes> values() {
    const auto env = must(storage::lmdb::environment::open(where, table_names));
    const auto txn = must(env->read());
    const auto big = *must(txn.get(env->at(0), storage::key_of(1)));
    const auto small = *must(txn.get(env->at(0), storage::key_of(2)));
    return {{big.begin(), big.end()}, {small.begin(), small.end()}};
  }
  test::temp_folder folder;
  std::string where = folder.path().string(), file = where + "/data.mdb";
};

}  // namespace

TEST_CASE_FIXTURE(rotten_fixture, "bit rot: under a process one bit of a big value changes") {
  const bytes before = values().first;
  chance draw(1);
  CHECK(!rot_a_value(file, draw).empty());
  const bytes after = values().first;
  REQUIRE(after.size() == before.size());
  std::size_t changed = 0;
  for (std::size_t i = 0; i < after.size(); ++i) changed += after[i] != before[i] ? 1 : 0;
  CHECK(changed == 1);
  CHECK(storage::lmdb::map_file(file));
}

TEST_CASE_FIXTURE(rotten_fixture,
                  "bit rot: anywhere is in a value now and then, and in the index") {
  chance draw(2);
  const bytes whole = test::read_file(file);
  int index = 0, other = 0;
  for (int round = 0; round < 200; ++round) {
    test::write_file(file, whole);
    CHECK(!rot_anywhere(file, draw).empty());
    ++(storage::lmdb::map_file(file) ? other : index);
  }
  CHECK(index > 0);
  CHECK(other > 0);
}

TEST_CASE("bit rot: where there is no value nothing changes") {
  chance draw(1);
  CHECK(rot_a_value("no/such/file", draw).empty());
}
