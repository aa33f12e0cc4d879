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

enum : std::uint16_t { branch = 1, leaf = 2, overflow = 4 };

std::uint16_t flags_of(const std::vector<std::byte>& content, std::size_t page) {
  return std::uint16_t(unsigned(content[page * 4096 + 10]) | unsigned(content[page * 4096 + 11])
                                                                 << 8);
}

bool accepted(const std::vector<std::byte>& content, lmdb::extent reads) {
  return lmdb::map_pages(content, "env", reads).has_value();
}

/// Whether the walks that read the index and the whole file accept it with the bits of `mask`
/// flipped in one byte.
std::pair<bool, bool> accepted_flipped(std::vector<std::byte>& content, std::size_t at,
                                       unsigned mask) {
  content[at] ^= std::byte(mask);
  const bool index = accepted(content, lmdb::extent::index);
  const bool whole = accepted(content, lmdb::extent::whole);
  content[at] ^= std::byte(mask);
  return {index, whole};
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
      const auto [index, whole] = accepted_flipped(content, at, 1u << (random() % 8));
      ++tried;
      named += !whole;
      // What a walk of the index reads, it judges alike.
      if (flags_of(content, page) != overflow) CHECK(index == whole);
    }
  CHECK(accepted(content, lmdb::extent::index));
  CHECK(accepted(content, lmdb::extent::whole));
  CHECK(tried > 100);
  CHECK(named > tried / 8);  // free pages and values are not structure
}

TEST_CASE("pages: a walk of the index does not read the pages of big values, the whole walk does") {
  const temp_folder folder;
  fill(*open_in(folder), 400);  // values of up to 3 KiB
  auto content = file_of(folder);
  const auto index = must(lmdb::map_pages(content, "env", lmdb::extent::index));
  const auto whole = must(lmdb::map_pages(content, "env"));
  CHECK(index.rows == whole.rows);
  CHECK(index.free_pages == whole.free_pages);
  CHECK(index.unused.empty());
  CHECK(index.freed.empty());
  std::size_t named = 0;
  for (std::size_t page = 2; page < whole.pages; ++page) {
    if (flags_of(content, page) != overflow) continue;
    for (const std::size_t at : {0u, 7u, 10u, 12u, 15u}) {
      const auto [is_index, is_whole] = accepted_flipped(content, page * 4096 + at, 0x11);
      CHECK(is_index);
      named += !is_whole;
    }
  }
  CHECK(named > 100);  // the rest is free
}

TEST_CASE("pages: an index that is damaged or does not account for every page is named") {
  const temp_folder folder;
  fill(*open_in(folder), 120);
  auto content = file_of(folder);
  const auto map = must(lmdb::map_pages(content, "env"));
  std::size_t in_use = 0;
  for (std::size_t page = 2; page < map.pages; ++page) {
    const std::uint16_t flags = flags_of(content, page);
    const std::size_t at = page * 4096;
    if (flags != leaf && flags != branch) continue;
    if (accepted_flipped(content, at, 1).first) continue;  // its own number: nobody's, it is free
    ++in_use;
    for (unsigned bit = 0; bit < 16; ++bit)
      CHECK_FALSE(accepted_flipped(content, at + 10 + bit / 8, 1u << bit % 8).first);
    CHECK_FALSE(accepted_flipped(content, at + 12, 2).first);  // a node more or less
  }
  CHECK(in_use > 5);
}

TEST_CASE("pages: a long list of free pages is read by every walk, header and all") {
  const temp_folder folder;
  {
    const auto env = open_in(folder);
    auto txn = must(env->write());
    must(txn.put(env->at(2), key_of(1), bytes(4096 * 1000)));
    must(txn.commit());
    auto erasing = must(env->write());
    CHECK(must(erasing.erase(env->at(2), key_of(1))));
    must(erasing.commit());
  }
  auto content = file_of(folder);
  const auto map = must(lmdb::map_pages(content, "env", lmdb::extent::index));
  REQUIRE(map.free_pages > 1000);
  std::size_t named = 0;
  for (std::size_t page = 2; page < map.pages; ++page)
    if (flags_of(content, page) == overflow)
      named += !accepted_flipped(content, page * 4096 + 12, 1).first;
  CHECK(named == 1);
}

TEST_CASE("pages: a value whose pages' header is damaged is neither erased nor replaced") {
  const temp_folder folder;
  fill(*open_in(folder), 60);
  const auto mark = to_bytes("CANARYCANARYCANARYCANARY");
  bytes value;
  while (value.size() < 9000) value.insert(value.end(), mark.begin(), mark.end());
  {
    const auto env = open_in(folder);
    auto txn = must(env->write());
    must(txn.put(env->at(2), key_of(7), value));
    must(txn.commit());
  }
  const auto content = file_of(folder);
  const auto found = std::search(content.begin(), content.end(), value.begin(), value.end());
  REQUIRE(found != content.end());
  const auto page = std::size_t(found - content.begin()) / 4096;
  REQUIRE(flags_of(content, page) == overflow);
  // The page's number, its flags (dirty: LMDB would write to its read-only map), its count.
  for (const auto& [at, mask] : {std::pair(0u, 1u), {1u, 0x80u}, {10u, 0x10u}, {12u, 0x20u}}) {
    CAPTURE(at);
    auto damaged = content;
    damaged[page * 4096 + at] ^= std::byte(mask);
    write_file(folder.path() / "env" / "data.mdb", damaged);
    {
      const auto env = open_in(folder);
      auto txn = must(env->write());
      CHECK(std::ranges::equal(*must(txn.get(env->at(2), key_of(7))), value));
      const auto refused = [&](const auto& outcome) {
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().code == errc::corrupt);
        CHECK(outcome.error().message.find("data.mdb: page " + std::to_string(page) + " ") !=
              std::string::npos);
      };
      refused(txn.erase(env->at(2), key_of(7)));
      refused(txn.put(env->at(2), key_of(7), bytes(8)));
      refused(txn.put(env->at(2), key_of(7), value));
      CHECK_FALSE(must(txn.insert(env->at(2), key_of(7), bytes(8))));
      CHECK(must(txn.erase(env->at(2), key_of(50))));
      must(txn.put(env->at(2), key_of(51), bytes(16)));
      must(txn.commit());
      for (std::uint64_t i = 100; i < 140; ++i) {  // would use what had been freed
        auto more = must(env->write());
        must(more.put(env->at(2), key_of(i), bytes(9000)));
        must(more.commit());
      }
    }
    auto after = file_of(folder);
    CHECK(accepted(after, lmdb::extent::index));
    CHECK_FALSE(accepted(after, lmdb::extent::whole));
    after[page * 4096 + at] ^= std::byte(mask);
    CHECK(accepted(after, lmdb::extent::whole));
    CHECK(std::equal(value.begin(), value.end(), after.begin() + std::ptrdiff_t(page * 4096 + 16)));
  }
}

TEST_CASE("pages: a value that shrinks in its transaction gives its pages back") {
  const temp_folder folder;
  const auto env = open_in(folder);
  auto txn = must(env->write());
  for (const std::size_t size : {40000u, 9000u, 9008u, 3000u, 80u, 3000u, 20000u, 8u, 5000u}) {
    must(txn.put(env->at(2), key_of(size % 3), bytes(size, std::byte(size))));
    must(txn.put(env->at(2), key_of(7), bytes(size, std::byte(size))));
  }
  must(txn.commit());
  CHECK(must(must(env->read()).get(env->at(2), key_of(7)))->size() == 5000);
  for (const lmdb::extent reads : {lmdb::extent::index, lmdb::extent::whole})
    CHECK(accepted(file_of(folder), reads));
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
