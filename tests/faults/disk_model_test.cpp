#include "tests/faults/disk_model.hpp"

#include <doctest/doctest.h>

#include <set>

#include "tests/support.hpp"

namespace whorl::faults {
namespace {

std::string text_in(const std::filesystem::path& file) {
  return std::filesystem::exists(file) ? test::to_text(test::read_file(file)) : "(none)";
}

/// What may be found in `name` after a crash, over many draws.
std::set<std::string> outcomes(const disk_model& disk, loss how, const std::string& name) {
  const test::temp_folder folder;
  std::mt19937_64 random(1);
  std::set<std::string> found;
  for (int i = 0; i < 40; ++i) {
    disk.crash_into(folder.path() / "image", how, random);
    found.insert(text_in(folder.path() / "image" / name));
  }
  return found;
}

using texts = std::set<std::string>;

}  // namespace

TEST_CASE("disk model: what was synced is kept, name and content") {
  disk_model disk;
  disk.apply({op_kind::create, "a", 0, ""});
  disk.apply({op_kind::write, "a", 0, "old"});
  CHECK(outcomes(disk, loss::all, "a") == texts{"(none)"});
  disk.apply({op_kind::sync, "a", 0, ""});
  CHECK(outcomes(disk, loss::all, "a") == texts{"(none)"});  // its name was not
  disk.apply({op_kind::sync_folder, ".", 0, ""});
  CHECK(outcomes(disk, loss::all, "a") == texts{"old"});
  disk.apply({op_kind::write, "a", 0, "new"});
  CHECK(outcomes(disk, loss::all, "a") == texts{"old"});
  CHECK(outcomes(disk, loss::none, "a") == texts{"new"});
  CHECK(outcomes(disk, loss::some_writes, "a") == texts{"old", "new"});
}

TEST_CASE("disk model: unsynced writes survive in any choice, and torn by sectors") {
  disk_model disk;
  disk.apply({op_kind::create, "a", 0, ""});
  disk.apply({op_kind::write, "a", 0, std::string(1024, 'x')});
  disk.apply({op_kind::sync, "a", 0, ""});
  disk.apply({op_kind::sync_folder, ".", 0, ""});
  disk.apply({op_kind::write, "a", 0, std::string(1024, 'y')});
  std::set<std::string> heads;
  for (const auto& text : outcomes(disk, loss::some_sectors, "a"))
    heads.insert({text.front(), text.back()});
  CHECK(heads == texts{"xx", "xy", "yx", "yy"});
  disk.apply({op_kind::write_through, "a", 512, std::string(512, 'z')});
  for (const auto& text : outcomes(disk, loss::all, "a")) CHECK(text.back() == 'z');
}

TEST_CASE("disk model: a rename is there after its folder's sync, else perhaps") {
  disk_model disk;
  for (const char* name : {"FORMAT", "FORMAT.part"}) {
    disk.apply({op_kind::create, name, 0, ""});
    disk.apply({op_kind::write, name, 0, name});
    disk.apply({op_kind::sync, name, 0, ""});
  }
  disk.apply({op_kind::sync_folder, ".", 0, ""});
  disk.apply({op_kind::rename, "FORMAT.part", 0, "FORMAT"});
  CHECK(outcomes(disk, loss::all, "FORMAT") == texts{"FORMAT"});
  CHECK(outcomes(disk, loss::some_writes, "FORMAT") == texts{"FORMAT", "FORMAT.part"});
  disk.apply({op_kind::sync_folder, ".", 0, ""});
  CHECK(outcomes(disk, loss::all, "FORMAT") == texts{"FORMAT.part"});
  CHECK(outcomes(disk, loss::all, "FORMAT.part") == texts{"(none)"});
}

TEST_CASE("disk model: after a sync of the file system all of it is there") {
  disk_model disk;
  disk.apply({op_kind::make_folder, "b", 0, ""});
  disk.apply({op_kind::create, "b/a", 0, ""});
  disk.apply({op_kind::write, "b/a", 0, "all"});
  CHECK(outcomes(disk, loss::all, "b/a") == texts{"(none)"});
  disk.apply({op_kind::sync_all, ".", 0, ""});
  CHECK(outcomes(disk, loss::all, "b/a") == texts{"all"});
}

TEST_CASE("disk model: the operation under way may be there or not") {
  disk_model disk;
  disk.apply({op_kind::create, "a", 0, ""});
  disk.apply({op_kind::sync_folder, ".", 0, ""});
  const operation next{op_kind::write_through, "a", 0, "meta"};
  const test::temp_folder folder;
  std::mt19937_64 random(1);
  std::set<std::string> found;
  for (int i = 0; i < 40; ++i) {
    disk.crash_into(folder.path() / "image", loss::some_writes, random, &next);
    found.insert(text_in(folder.path() / "image" / "a"));
  }
  CHECK(found == texts{"", "meta"});
  CHECK(outcomes(disk, loss::none, "a") == texts{""});  // the model itself is unchanged
}

}  // namespace whorl::faults
