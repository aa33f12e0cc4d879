// Disks that come back as they were: what is set aside, and what is put back of it.
#include "sim/cluster/disk_aside.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "tests/support.hpp"

using namespace whorl;
using namespace whorl::sim;
namespace fs = std::filesystem;

namespace {

struct aside_fixture {
  test::temp_folder folder;
  fs::path root = folder.path() / "store";
  void write(const std::string& name, const std::string& content) {
    fs::create_directories(root / name);
    test::write_file(root / name / "data.mdb", test::to_bytes(content));
  }
  std::string content(const std::string& name) {
    return test::to_text(test::read_file(root / name / "data.mdb"));
  }
  disk_aside of(std::vector<std::string> which) {
    return {root.string(), std::move(which), (folder.path() / "aside").string()};
  }
};

}  // namespace

TEST_CASE_FIXTURE(aside_fixture, "disk aside: some files come back as they were, never none") {
  const std::vector<std::string> names{"a", "b/0", "b/1"};
  for (const auto& name : names) write(name, "before");
  disk_aside disk = of({""});
  CHECK_FALSE(disk.taken());
  disk.take();
  CHECK(disk.taken());
  chance draw(1);
  std::size_t all = 0, one = 0;
  for (int round = 0; round < 50; ++round) {
    for (const auto& name : names) write(name, "after");
    const auto back = disk.put_back(draw);
    CHECK(!back.empty());
    for (const auto& name : names)
      CHECK(content(name) == (std::ranges::count(back, name) > 0 ? "before" : "after"));
    all += back.size() == names.size() ? 1 : 0;
    one += back.size() == 1 ? 1 : 0;
  }
  CHECK(all > 0);
  CHECK(one > 0);
}

TEST_CASE_FIXTURE(aside_fixture,
                  "disk aside: a file that was removed since comes back, others stay") {
  write("audit", "old");
  write("journal", "old");
  disk_aside disk = of({"audit", "cases"});
  disk.take();
  fs::remove_all(root / "audit");
  write("journal", "new");
  chance draw(1);
  CHECK(disk.put_back(draw) == std::vector<std::string>{"audit"});
  CHECK(content("audit") == "old");
  CHECK(content("journal") == "new");
}

TEST_CASE_FIXTURE(aside_fixture, "disk aside: of a folder that is not there nothing is set aside") {
  disk_aside disk = of({""});
  disk.take();
  CHECK_FALSE(disk.taken());
}
