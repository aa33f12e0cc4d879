#include "storage/lmdb.hpp"

#include <fstream>

#include "storage_support.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

namespace {

constexpr const char* tables[] = {"one", "two"};

std::shared_ptr<lmdb::environment> open_env(const temp_folder& folder, std::uint64_t map_bytes) {
  return must(lmdb::environment::open(folder.path().string(), tables, {map_bytes, false}));
}

}  // namespace

TEST_CASE("lmdb: keys come back in number order") {
  const temp_folder folder;
  const auto env = open_env(folder, 1 << 20);
  {
    auto txn = must(env->write());
    for (const std::uint64_t n : {300ull, 2ull, 1ull << 40, 255ull, 256ull})
      must(txn.put(env->at(0), key_of(n), make_value({n})));
    must(txn.commit());
  }
  const auto txn = must(env->read());
  auto rows = must(txn.scan(env->at(0)));
  std::vector<std::uint64_t> seen;
  for (auto row = must(rows.first()); row; row = must(rows.next())) {
    seen.push_back(key_word(row->key, 0));
    CHECK(value_word(row->value, 0) == seen.back());
  }
  CHECK(seen == std::vector<std::uint64_t>{2, 255, 256, 300, 1ull << 40});
  CHECK(key_word(must(rows.seek(key_of(257)))->key, 0) == 300);
  CHECK(key_word(must(rows.previous())->key, 0) == 256);
  CHECK(must(txn.count(env->at(1))) == 0);
}

TEST_CASE("lmdb: a transaction that dies changes nothing") {
  const temp_folder folder;
  const auto env = open_env(folder, 1 << 20);
  {
    auto txn = must(env->write());
    must(txn.put(env->at(0), key_of(1), make_value({1})));
  }
  CHECK(!must(must(env->read()).get(env->at(0), key_of(1))));
}

TEST_CASE("lmdb: values of every size start at an address that is a multiple of 8") {
  const temp_folder folder;
  const auto env = open_env(folder, 64 << 20);
  {
    auto txn = must(env->write());
    for (std::uint64_t n = 0; n < 1200; ++n)
      must(txn.put(env->at(0), key_of(n * 7919 % 1201), bytes(8 * (n % 900))));
    must(txn.commit());
  }
  const auto txn = must(env->read());
  auto rows = must(txn.scan(env->at(0)));
  std::size_t misaligned = 0, seen = 0;
  for (auto row = must(rows.first()); row; row = must(rows.next()), ++seen)
    misaligned += !lmdb::check_aligned(row->value, "row");
  CHECK(seen == 1200);
  CHECK(misaligned == 0);
}

TEST_CASE("lmdb: a misaligned value is named (a key of odd length before it)") {
  const temp_folder folder;
  const auto env = open_env(folder, 1 << 20);
  {
    auto txn = must(env->write());
    must(txn.put(env->at(0), view_of("a key"), make_value({1})));
    must(txn.commit());
  }
  const auto txn = must(env->read());
  const auto value = must(txn.get(env->at(0), view_of("a key")));
  REQUIRE(value);
  const status outcome = lmdb::check_aligned(*value, "the row");
  CHECK(code_of(outcome) == errc::corrupt);
  CHECK(outcome.error().message.find("the row") != std::string::npos);
}

TEST_CASE("lmdb: a full map is storage_full, names the folder and changes nothing") {
  const temp_folder folder;
  const auto env = open_env(folder, 96 << 10);
  errc code{};
  std::string text;
  {
    auto txn = must(env->write());
    for (std::uint64_t n = 0; n < 200 && code == errc{}; ++n)
      if (const status put = txn.put(env->at(0), key_of(n), bytes(1600)); !put) {
        code = put.error().code;
        text = put.error().message;
      }
  }
  CHECK(code == errc::storage_full);
  CHECK(text.find(folder.path().string()) != std::string::npos);
  CHECK(must(must(env->read()).count(env->at(0))) == 0);
}

TEST_CASE("lmdb: a file that is no LMDB file is corrupt") {
  const temp_folder folder;
  std::ofstream(folder.path() / "data.mdb") << std::string(8192, 'x');
  const auto env = lmdb::environment::open(folder.path().string(), tables, {1 << 20, false});
  CHECK(code_of(env) == errc::corrupt);
}

TEST_CASE("lmdb: insert and erase say whether they did") {
  const temp_folder folder;
  const auto env = open_env(folder, 1 << 20);
  auto txn = must(env->write());
  CHECK(must(txn.insert(env->at(0), key_of(1), make_value({1}))));
  CHECK(!must(txn.insert(env->at(0), key_of(1), make_value({2}))));
  CHECK(value_word(*must(txn.get(env->at(0), key_of(1))), 0) == 1);
  CHECK(must(txn.erase(env->at(0), key_of(1))));
  CHECK(!must(txn.erase(env->at(0), key_of(1))));
}
