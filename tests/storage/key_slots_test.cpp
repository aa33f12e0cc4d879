#include "storage/key_slots.hpp"

#include "storage_support.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

namespace {

constexpr key_id first_id{7, key_purpose::biographics}, second_id{8, key_purpose::probe_criminal};

secret_key& random_key(secret_key& key) {
  must(key.randomise());
  return key;
}

/// Is `part` somewhere in the file?
bool holds(const std::filesystem::path& file, byte_view part) {
  const auto content = read_file(file);
  return std::search(content.begin(), content.end(), part.begin(), part.end()) != content.end();
}

}  // namespace

TEST_CASE("key slots: a key is read back, by its own id alone") {
  const temp_folder folder;
  secret_key key, read;
  {
    const auto slots = must(key_slots::open(folder.path().string(), false));
    must(slots->write(1, first_id, random_key(key)));
    must(slots->sync());
  }
  const auto slots = must(key_slots::open(folder.path().string(), false));
  must(slots->read(1, first_id, read));
  CHECK(std::ranges::equal(read.raw(), key.raw()));
  CHECK(code_of(slots->read(1, second_id, read)) == errc::corrupt);
  CHECK(code_of(slots->read(2, first_id, read)) == errc::corrupt);
  CHECK(code_of(slots->read(1000, first_id, read)) == errc::corrupt);
}

TEST_CASE("key slots: an erased key is nowhere in the file, its neighbour is whole") {
  const temp_folder folder;
  const auto slots = must(key_slots::open(folder.path().string(), true));
  secret_key key, other, read;
  must(slots->write(1, first_id, random_key(key)));
  must(slots->write(2, second_id, random_key(other)));
  must(slots->sync());
  CHECK(holds(folder.path() / "slots", key.raw()));
  const std::uint64_t gone[] = {1};
  must(slots->erase(gone));
  CHECK_FALSE(holds(folder.path() / "slots", key.raw()));
  CHECK(code_of(slots->read(1, first_id, read)) == errc::corrupt);
  must(slots->read(2, second_id, read));
  CHECK(std::ranges::equal(read.raw(), other.raw()));
}

TEST_CASE("key slots: one flipped bit of a slot is corrupt, and a foreign file is refused") {
  const temp_folder folder;
  secret_key key, read;
  {
    const auto slots = must(key_slots::open(folder.path().string(), false));
    must(slots->write(1, first_id, random_key(key)));
  }
  const auto file = folder.path() / "slots";
  const auto good = read_file(file);
  for (const std::size_t at : {64u, 95u, 96u, 104u, 112u}) {
    auto content = good;
    content[at] ^= std::byte{4};
    write_file(file, content);
    const auto slots = must(key_slots::open(folder.path().string(), false));
    CHECK(code_of(slots->read(1, first_id, read)) == errc::corrupt);
  }
  write_file(file, to_bytes("something else"));
  CHECK(code_of(key_slots::open(folder.path().string(), false)) == errc::corrupt);
}
