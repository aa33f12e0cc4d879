// Stores broken in every way that a person or a disk breaks them; `whorl doctor` must survive each,
// leave 5, and say what is wrong and what to do.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

#include "storage/store.hpp"
#include "tests/apps/program.hpp"
#include "tests/storage/audit_edits.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

namespace fs = std::filesystem;

void overwrite(const std::string& file, const std::string& text) {
  write_file(file, to_bytes(text));
}

void cut(const std::string& file, std::uintmax_t bytes) { fs::resize_file(file, bytes); }

/// Noise over everything but the first page, where LMDB looks for what the file is.
void scribble(const std::string& file) {
  auto content = read_file(file);
  for (std::size_t i = 4096 * 2; i < content.size(); ++i)
    content[i] = static_cast<std::byte>(i * 2654435761u >> 13);
  write_file(file, content);
}

struct broken_store {
  const char* name;
  std::function<void(const std::string& store)> damage;
  const char* check;  ///< of the finding that must be wrong
  const char* says;   ///< somewhere in what or advice
};

const std::vector<broken_store> damaged_data = {
    {"FORMAT gone", [](const auto& s) { fs::remove(s + "/FORMAT"); }, "FORMAT", "no whorl store"},
    {"FORMAT of another version",
     [](const auto& s) { overwrite(s + "/FORMAT", "whorl-store 9\n"); }, "FORMAT",
     "store format 9"},
    {"FORMAT scribbled", [](const auto& s) { overwrite(s + "/FORMAT", "whorl-store 6\nx"); },
     "FORMAT", "partitions"},
    {"FORMAT says other partitions",
     [](const auto& s) { overwrite(s + "/FORMAT", "whorl-store 6\npartitions 2\n"); },
     "gallery/criminal/000", "holds another store"},
    {"journal gone", [](const auto& s) { fs::remove_all(s + "/journal"); }, "journal",
     "restore a backup"},
    {"journal empty", [](const auto& s) { cut(s + "/journal/data.mdb", 0); }, "journal",
     "restore a backup"},
    {"journal cut to half",
     [](const auto& s) {
       cut(s + "/journal/data.mdb", fs::file_size(s + "/journal/data.mdb") / 2 / 4096 * 4096);
     },
     "journal", "restore a backup"},
    {"journal scribbled", [](const auto& s) { scribble(s + "/journal/data.mdb"); }, "journal",
     "restore a backup"},
    {"journal is no LMDB file",
     [](const auto& s) { overwrite(s + "/journal/data.mdb", std::string(20000, 'x')); }, "journal",
     "restore a backup"},
    {"keys gone", [](const auto& s) { fs::remove(s + "/keys/data.mdb"); }, "keys",
     "restore a backup"},
    {"key slots gone", [](const auto& s) { fs::remove(s + "/keys/slots"); }, "keys", "every key"},
    {"a damaged page", [](const auto& s) { scribble(s + "/gallery/criminal/001/data.mdb"); },
     "gallery/criminal/001", "is damaged"},
    {"cases gone", [](const auto& s) { fs::remove_all(s + "/cases"); }, "cases",
     "anew from the journal"},
    {"bookings scribbled", [](const auto& s) { scribble(s + "/bookings/data.mdb"); }, "bookings",
     "scrub --repair"},
    {"a partition gone", [](const auto& s) { fs::remove_all(s + "/gallery/criminal/001"); },
     "gallery/criminal/001", "import"},
    {"two partitions swapped",
     [](const auto& s) {
       const std::string g = s + "/gallery/criminal/";
       fs::rename(g + "000", g + "x");
       fs::rename(g + "001", g + "000");
       fs::rename(g + "x", g + "001");
     },
     "gallery/criminal/000", "holds another store"}};

const std::vector<broken_store> damaged_keeping = {
    {"an audit row changed", [](const auto& s) { audit_edits(s + "/journal").flip_byte(1); },
     "journal chain", "fact 1"},
    {"the audit cut with care",
     [](const auto& s) { audit_edits(s + "/journal").cut_after(1, true); }, "audit head",
     "it was cut"},
    {"the audit cut with care, seen by its projection",
     [](const auto& s) { audit_edits(s + "/journal").cut_after(1, true); }, "audit position",
     "does not hold"},
    {"private key gone", [](const auto& s) { fs::remove(s + "/audit-key.pem"); }, "audit head",
     "audit-key.pem"},
    {"kept head gone", [](const auto& s) { fs::remove(s + "/audit-head"); }, "audit head",
     "audit-head"},
    {"others may read the keys",
     [](const auto& s) {
       fs::permissions(s + "/keys/data.mdb", fs::perms::others_read, fs::perm_options::add);
     },
     "modes", "chmod 600"},
    {"others may enter",
     [](const auto& s) { fs::permissions(s, fs::perms::group_all, fs::perm_options::add); },
     "modes", "chmod 700"},
    {"configuration gone", [](const auto& s) { fs::remove(s + "/whorl.toml"); }, "configuration",
     "whorl.toml"},
    {"configuration with a typing error",
     [](const auto& s) { overwrite(s + "/whorl.toml", "default_principal = \"x\n"); },
     "configuration", "whorl.toml:1"},
    {"a default principal that is not there",
     [](const auto& s) {
       overwrite(s + "/whorl.toml",
                 "default_principal = \"x\"\n[[principal]]\nname = \"y\"\nrole = \"operator\"\n");
     },
     "configuration", "there are: y"},
    {"a backup in the place of a store", [](const auto& s) { overwrite(s + "/BACKUP", ""); },
     "folder", "is a backup"},
};

nlohmann::json examine(const std::string& store, int expected) {
  const outcome run = whorl_program({"--store", store, "--json", "doctor"});
  CHECK_MESSAGE(run.code == expected, run.out);
  const auto document = run.document();
  CHECK(document["ok"] == (expected == 0));
  for (const auto& one : document["findings"])
    if (one["level"] != "well") CHECK_FALSE(one["advice"].get<std::string>().empty());
  return document["findings"];
}

/// The finding of that check and level that says `words`.
bool holds(const nlohmann::json& findings, const std::string& check, const std::string& level,
           const std::string& words) {
  for (const auto& one : findings) {
    const std::string all = one["what"].get<std::string>() + " " + one["advice"].get<std::string>();
    if (one["check"] == check && one["level"] == level && all.find(words) != std::string::npos)
      return true;
  }
  return false;
}

}  // namespace

TEST_CASE("doctor: says of every broken store what is wrong and what to do") {
  const temp_folder folder;
  const small_world world(folder.path(), 12, 0);
  REQUIRE(world.as("state-bureau", {"book", world.bookings("files", 10, 2)}).code == 0);
  const auto healthy = examine(world.store(), 0);
  CHECK(holds(healthy, "journal chain", "well", "facts"));
  std::vector<broken_store> all = damaged_data;
  all.insert(all.end(), damaged_keeping.begin(), damaged_keeping.end());
  for (const broken_store& one : all) {
    CAPTURE(std::string(one.name));
    const std::string copy = (folder.path() / "broken").string();
    fs::remove_all(copy);
    fs::copy(world.store(), copy, fs::copy_options::recursive);
    fs::permissions(copy, fs::perms::owner_all);
    one.damage(copy);
    const auto findings = examine(copy, 5);
    CHECK_MESSAGE(holds(findings, one.check, "wrong", one.says), findings.dump(1));
  }
}

TEST_CASE("doctor: what is only to be noted leaves 0") {
  const temp_folder folder;
  const small_world world(folder.path(), 3, 0);
  SUBCASE("half-written files") {
    overwrite(world.store() + "/FORMAT.new", "");
    CHECK(holds(examine(world.store(), 0), "leftovers", "note", "FORMAT.new"));
  }
  SUBCASE("a store in use") {
    const auto held = storage::open_store(world.store());
    REQUIRE(held.has_value());
    CHECK(holds(examine(world.store(), 0), "lock", "note", "in use"));
  }
  SUBCASE("roles that nobody has") {
    overwrite(world.store() + "/whorl.toml",
              "default_principal = \"y\"\n[[principal]]\nname = \"y\"\nrole = \"operator\"\n");
    CHECK(holds(examine(world.store(), 0), "configuration", "note", "nobody can book"));
  }
  SUBCASE("an agency without a time zone in a state that has two, and nobody for what is hidden") {
    const auto with = [](const char* zones) {
      return std::string(
                 "default_principal = \"y\"\n[[principal]]\nname = \"y\"\nrole = \"examiner\"\n"
                 "[[principal]]\nname = \"z\"\nrole = \"examiner\"\n"
                 "[cases]\ncriminal_examiners = 2\n"
                 "[jurisdictions.by_ori]\nTXSO00071 = \"full\"\nCASO00071 = \"full\"\n"
                 "[jurisdictions.time_zones]\n") +
             zones;
    };
    overwrite(world.store() + "/whorl.toml", with(""));
    const auto without = examine(world.store(), 0);
    CHECK(holds(without, "configuration", "note", "TXSO00071 names no time zone"));
    CHECK_FALSE(holds(without, "configuration", "note", "CASO00071 names no time zone"));
    CHECK(holds(without, "configuration", "note", "nobody may see protected records"));
    CHECK(holds(without, "configuration", "note", "where they disagree nobody decides"));
    overwrite(world.store() + "/whorl.toml", with("TXSO00071 = \"America/Denver\"\n"));
    CHECK_FALSE(holds(examine(world.store(), 0), "configuration", "note", "names no time zone"));
  }
  SUBCASE("a store of before the audit's key") {
    for (const char* file : {"/audit-key.pem", "/audit-key.pub.pem", "/audit-head"})
      fs::remove(world.store() + file);
    CHECK(holds(examine(world.store(), 0), "audit head", "note", "no audit key"));
  }
}

TEST_CASE("doctor: no folder, a file, an empty folder") {
  const temp_folder folder;
  CHECK(holds(examine((folder.path() / "none").string(), 5), "folder", "wrong", "whorl init"));
  overwrite((folder.path() / "file").string(), "");
  CHECK(holds(examine((folder.path() / "file").string(), 5), "folder", "wrong", "no folder"));
  CHECK(holds(examine(folder.path().string(), 5), "FORMAT", "wrong", "whorl init"));
}

TEST_CASE("doctor: changes nothing in the store") {
  const temp_folder folder;
  const small_world world(folder.path(), 3, 0);
  const auto contents = [&] {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(world.store()))
      if (entry.is_regular_file() && entry.path().filename() != "lock.mdb")
        out[entry.path().string()] = to_text(read_file(entry.path()));
    return out;
  };
  const auto before = contents();
  examine(world.store(), 0);
  CHECK(contents() == before);
}

}  // namespace whorl::test
