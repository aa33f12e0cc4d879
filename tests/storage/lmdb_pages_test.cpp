#include "storage/lmdb_pages.hpp"

#include <random>

#include "storage_support.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

namespace {

constexpr const char* tables[] = {"meta", "small", "large"};

std::shared_ptr<lmdb::environment> open_in(const temp_folder& folder) {
  return must(lmdb::environment::open((folder.path() / "env").string(), tables,
                                      {.map_bytes = 1ull << 30, .durable = false}));
}

/// Rows of every kind: many small ones (branches), overflow values, erased and changed ones.
void fill(lmdb::environment& env, std::uint64_t people) {
  for (std::uint64_t i = 0; i < people; ++i) {
    auto txn = must(env.write());
    must(txn.put(env.at(1), key_of(i * 7919 % people), bytes(64, std::byte(i))));
    must(txn.put(env.at(2), key_of(i), bytes(8 * (i % 1200), std::byte(i))));
    if (i % 5 == 4) must(txn.erase(env.at(2), key_of(i - 2)));
    must(txn.commit());
  }
}

std::vector<std::byte> file_of(const temp_folder& folder) {
  return read_file(folder.path() / "env" / "data.mdb");
}

}  // namespace

TEST_CASE("pages: every page of a file that LMDB wrote is found once") {
  const temp_folder folder;
  {
    const auto env = open_in(folder);
    fill(*env, 300);
    const auto content = file_of(folder);
    const auto map = must(lmdb::map_pages(content, "env"));
    const auto txn = must(env->read());
    std::uint64_t rows = 3;  // the main table's: one for each table
    for (std::size_t i = 0; i < 3; ++i) rows += must(txn.count(env->at(i)));
    CHECK(map.rows == rows);
    CHECK(map.free_pages > 0);
    CHECK(map.page_bytes == 4096);
  }
  CHECK(must(lmdb::map_file((folder.path() / "none").string())).pages == 0);
}

TEST_CASE("pages: no flipped bit makes the check read outside, most are named") {
  const temp_folder folder;
  fill(*open_in(folder), 120);
  auto content = file_of(folder);
  std::mt19937_64 random(1);
  std::size_t named = 0, tried = 0;
  // In the headers and node offsets of pages, where a flip leads LMDB astray.
  for (std::size_t page = 0; page < content.size() / 4096; ++page)
    for (int i = 0; i < 4; ++i) {
      const std::size_t at = page * 4096 + random() % 24;
      const auto flip = std::byte(1u << (random() % 8));
      content[at] ^= flip;
      ++tried;
      named += !lmdb::map_pages(content, "env");
      content[at] ^= flip;
    }
  CHECK(lmdb::map_pages(content, "env"));
  CHECK(tried > 100);
  CHECK(named > tried / 8);  // free pages and values are not structure
}

TEST_CASE("pages: a damaged file is refused before LMDB sees it") {
  const temp_folder folder;
  fill(*open_in(folder), 50);
  auto content = file_of(folder);
  const auto map = must(lmdb::map_pages(content, "env"));
  REQUIRE_FALSE(map.unused.empty());
  const std::size_t page = map.unused.front().offset / 4096;
  content[page * 4096 + 12] = std::byte{0xff};  // lower bound
  content[page * 4096 + 13] = std::byte{0xff};
  write_file(folder.path() / "env" / "data.mdb", content);
  const auto opened = lmdb::environment::open((folder.path() / "env").string(), tables);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == errc::corrupt);
  CHECK(opened.error().message.find("page " + std::to_string(page)) != std::string::npos);
  for (const std::size_t size : {0u, 1u, 4096u, 8191u, 8192u, 20000u}) {
    std::vector<std::byte> cut(content.begin(), content.begin() + std::ptrdiff_t(size));
    CHECK_FALSE(lmdb::map_pages(cut, "env"));
  }
}

TEST_CASE("pages: what was erased is nowhere in the file after a wipe, the rest is as it was") {
  const temp_folder folder;
  const auto env = open_in(folder);
  fill(*env, 200);
  const auto mark = to_bytes("CANARYCANARYCANARYCANARY");
  const auto found = [&] {
    const auto content = file_of(folder);
    return std::search(content.begin(), content.end(), mark.begin(), mark.end()) != content.end();
  };
  for (const std::size_t size : {24u, 2400u, 24000u}) {
    bytes value;
    while (value.size() < size) value.insert(value.end(), mark.begin(), mark.end());
    {
      auto txn = must(env->write());
      must(txn.put(env->at(2), key_of(7), value));
      must(txn.commit());
    }
    for (int i = 0; i < 3; ++i) {
      auto txn = must(env->write());  // copies the page of a small value
      must(txn.put(env->at(2), key_of(8), bytes(8, std::byte(i))));
      must(txn.commit());
    }
    {
      auto txn = must(env->write());
      CHECK(must(txn.erase(env->at(2), key_of(7))));
      must(txn.commit());
    }
    CHECK(found());
    CHECK(must(env->wipe_freed()));
    CHECK_FALSE(found());
  }
  const auto txn = must(env->read());
  CHECK(must(txn.count(env->at(1))) == 200);
  CHECK(must(txn.get(env->at(1), key_of(3))).has_value());
  fill(*env, 50);
  CHECK(lmdb::map_pages(file_of(folder), "env"));
}

TEST_CASE("pages: a wipe leaves what a reader still sees, and says so") {
  const temp_folder folder;
  const auto env = open_in(folder);
  const bytes value(5000, std::byte{0x5a});
  {
    auto txn = must(env->write());
    must(txn.put(env->at(2), key_of(7), value));
    must(txn.commit());
  }
  {
    const auto reader = must(env->read());
    auto txn = must(env->write());
    must(txn.erase(env->at(2), key_of(7)));
    must(txn.commit());
    CHECK_FALSE(must(env->wipe_freed()));
    const auto seen = must(reader.get(env->at(2), key_of(7)));
    REQUIRE(seen);
    CHECK(std::ranges::equal(*seen, value));
  }
  CHECK(must(env->wipe_freed()));
}
