#include "storage/durable_file.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "storage/keyring.hpp"
#include "storage_support.hpp"
#include "tests/support.hpp"

namespace whorl::test {

using namespace whorl::storage;

TEST_CASE("durable file: replaced whole, and nothing is left beside it") {
  const temp_folder folder;
  const std::string file = (folder.path() / "file").string();
  must(write_durably(file, "first, the longer one"));
  must(write_durably(file, "second"));
  CHECK(must(read_small_file(file, 100)) == "second");
  CHECK_FALSE(std::filesystem::exists(file + ".new"));
  CHECK(read_small_file(file, 5).error().code == errc::limit_exceeded);
  CHECK(read_small_file(file + "x", 5).error().code == errc::not_found);
  CHECK(write_durably((folder.path() / "none" / "file").string(), "").error().code ==
        errc::not_found);
}

TEST_CASE("durable file: sum and copy of a file larger than one piece") {
  const temp_folder folder;
  const std::string from = (folder.path() / "from").string(), to = from + ".copy";
  std::vector<std::byte> content(300'001);
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<std::byte>(i * 7);
  write_file(from, content);
  const file_sum sum = must(sum_of_file(from));
  CHECK(sum.bytes == content.size());
  CHECK(sum.content == sha256(content));
  std::filesystem::permissions(from, std::filesystem::perms(0640));
  must(copy_plain_file(from, to));
  CHECK(std::filesystem::status(to).permissions() == std::filesystem::perms(0640));
  CHECK(must(sum_of_file(to)) == sum);
  CHECK(copy_plain_file(from + "x", to).error().code == errc::not_found);
  must(sync_file_system(folder.path().string()));
}

}  // namespace whorl::test
