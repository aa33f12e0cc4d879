#include "apps/files.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/allocation_meter.hpp"
#include "tests/support.hpp"

using namespace whorl;

TEST_CASE("files: a file above the limit is refused before room is made for it (8 GB, sparse)") {
  const test::temp_folder folder;
  const std::string path = (folder.path() / "large").string();
  std::ofstream(path).put('x');
  std::filesystem::resize_file(path, std::uintmax_t{8} << 30);
  const auto used = test::allocated_by([&] {
    const auto outcome = apps::read_whole(path, 8u << 20);
    REQUIRE(!outcome);
    CHECK(outcome.error().code == errc::limit_exceeded);
  });
  CHECK(used.total < 8 * 1024);
}

TEST_CASE("files: a file at the limit is read, a folder and a missing file are refused") {
  const test::temp_folder folder;
  const std::string path = (folder.path() / "just").string();
  test::write_file(path, test::to_bytes("12345678"));
  const auto whole = apps::read_whole(path, 8);
  REQUIRE(whole);
  CHECK(test::to_text(*whole) == "12345678");
  CHECK(!apps::read_whole(path, 7));
  CHECK(!apps::read_whole(folder.path().string(), 1 << 20));
  CHECK(!apps::read_whole(path + ".none", 8));
}
