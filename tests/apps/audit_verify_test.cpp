// The audit cannot be trimmed: a real store, edited through raw LMDB, then `whorl audit verify`.
#include <doctest/doctest.h>

#include <filesystem>

#include "messages/ebts/mandatory.hpp"
#include "messages/ebts/reader.hpp"
#include "storage/audit_head.hpp"
#include "tests/apps/program.hpp"
#include "tests/storage/audit_edits.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

namespace fs = std::filesystem;

/// A store that has answered bookings in three runs, so that heads of several rows went out.
struct answered_world : small_world {
  explicit answered_world(const fs::path& where) : small_world(where, 6, 4) {
    for (int run = 0; run < 3; ++run) {
      const std::string files = bookings("files" + std::to_string(run), 2 + 2 * run, 2);
      REQUIRE(as("state-bureau", {"book", files}).code == 0);
    }
    rows = status()["streams"]["audit"]["seq"];
    REQUIRE(rows > 8);
  }
  outcome verify(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"--json", "audit", "verify"});
    return as("oversight", more);
  }
  std::string text(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"audit", "verify"});
    return as("oversight", more).out;
  }
  audit_edits edits() const { return audit_edits(store() + "/journal"); }
  std::uint64_t rows = 0;
};

}  // namespace

TEST_CASE("audit verify: every answer carries a head that its agency's reader takes") {
  const temp_folder folder;
  const answered_world world(folder.path());
  std::size_t eft = 0, txt = 0;
  for (const auto& entry : fs::directory_iterator(world.store() + "/outbox")) {
    const auto content = read_file(entry.path());
    if (entry.path().extension() == ".eft") {
      ++eft;
      const auto whole = ebts::read_transaction(content);
      REQUIRE(whole.has_value());
      if (whole->tot() != "IDR") CHECK(ebts::check_mandatory(*whole).has_value());
      REQUIRE(whole->text(2, 990).has_value());
      CHECK(storage::parse_audit_head(*whole->text(2, 990)).has_value());
    } else if (entry.path().extension() == ".txt") {
      ++txt;
      CHECK(to_text(content).find("\nAUDIT WHORL-AUDIT-HEAD 1 ") != std::string::npos);
    }
  }
  CHECK(eft >= 6);
  CHECK(txt >= 1);
  const auto run = world.verify();
  CHECK_MESSAGE(run.code == 0, run.out);
  CHECK(run.document()["heads"]["answers"] == eft + txt);
  CHECK(run.document()["heads"]["covered_to"] == world.rows);
}

TEST_CASE("audit verify: careless edits are named by the row") {
  const temp_folder folder;
  const answered_world world(folder.path());
  const auto says = [&](const std::string& expected) {
    const auto run = world.verify();
    CHECK(run.code == 4);
    CHECK_FALSE(run.document()["streams"]["audit"]["ok"]);
    CHECK_MESSAGE(run.out.find(expected) != std::string::npos, run.out);
  };
  SUBCASE("one flipped byte") {
    world.edits().flip_byte(5);
    says("fact 5: content and digest disagree");
  }
  SUBCASE("one removed row") {
    world.edits().remove(5);
    says("fact 5: is missing");
  }
  SUBCASE("two swapped rows") {
    world.edits().swap(4, 6);
    says("fact 4");
  }
  SUBCASE("a cut tail") {
    world.edits().cut_after(world.rows - 1, false);
    says("fact " + std::to_string(world.rows) + ": is missing (cut tail)");
  }
}

TEST_CASE("audit verify: a careful forger is found by the heads, also beside the store's own") {
  const temp_folder folder;
  const answered_world world(folder.path());
  // Who rewrites the journal removes the store's own memory of it too.
  const auto forge_the_rest = [&] {
    fs::remove_all(world.store() + "/audit");
    fs::remove(world.store() + "/audit-head");
  };
  const auto found = [&] {
    const auto run = world.verify();
    CHECK(run.code == 4);
    const auto document = run.document();
    CHECK(document["streams"]["audit"]["ok"]);  // the chain alone says nothing
    CHECK_FALSE(document["heads"]["ok"]);
    REQUIRE(document["heads"]["disproved_at"].is_number());
    CHECK(world.text().find("cut or rewritten after row ") != std::string::npos);
    return document["heads"]["disproved_at"].get<std::uint64_t>();
  };
  SUBCASE("a cut tail, tail row rewritten; the store's own head stands and is enough") {
    fs::rename(world.store() + "/outbox", folder.path() / "outbox");
    world.edits().cut_after(world.rows - 1, true);
    fs::remove_all(world.store() + "/audit");
    CHECK(found() == world.rows);
    const auto refused = world.as("operator", {"status"});
    CHECK(refused.code == 3);
  }
  SUBCASE("a cut tail, tail row rewritten") {
    world.edits().cut_after(3, true);
    forge_the_rest();
    CHECK(found() > 3);
  }
  SUBCASE("a changed row, every digest computed anew") {
    world.edits().flip_byte(2);
    world.edits().recompute_chain();
    forge_the_rest();
    CHECK(found() >= 2);
  }
  SUBCASE("a removed row, the others moved up, every digest computed anew") {
    world.edits().remove_and_close_up(2);
    forge_the_rest();
    CHECK(found() >= 2);
  }
}

TEST_CASE("audit verify: other keys, forged heads and damaged answers are found") {
  const temp_folder folder;
  const answered_world world(folder.path());
  const std::string kept_key = (folder.path() / "kept.pem").string();
  fs::copy_file(world.store() + "/audit-key.pub.pem", kept_key);
  CHECK(world.verify({"--public-key", kept_key}).code == 0);
  const std::string other = (folder.path() / "other").string();
  REQUIRE(whorl_program({"--store", other, "init"}).code == 0);
  SUBCASE("the store's key pair was replaced: the one kept elsewhere says so") {
    for (const char* half : {"/audit-key.pem", "/audit-key.pub.pem"})
      fs::copy_file(other + half, world.store() + half, fs::copy_options::overwrite_existing);
    const auto run = world.verify({"--public-key", kept_key});
    CHECK(run.code == 4);
    CHECK(run.out.find("it was replaced") != std::string::npos);
    CHECK(world.verify().code == 4);  // the answers are signed by the old one
  }
  SUBCASE("a head of another store in the place of this one's") {
    fs::copy_file(other + "/audit-head", world.store() + "/audit-head",
                  fs::copy_options::overwrite_existing);
    const auto run = world.verify();
    CHECK(run.code == 4);
    CHECK(run.out.find("forged, or of another store") != std::string::npos);
  }
  SUBCASE("an answer whose head was changed") {
    for (const auto& entry : fs::directory_iterator(world.store() + "/outbox")) {
      if (entry.path().extension() != ".eft") continue;
      std::string text = to_text(read_file(entry.path()));
      const std::size_t at = text.find("WHORL-AUDIT-HEAD 1 ") + 25;
      text[at] = text[at] == 'a' ? 'b' : 'a';
      write_file(entry.path(), to_bytes(text));
      break;
    }
    CHECK(world.verify().code == 4);
  }
  SUBCASE("answers that agencies returned, in a folder of their own") {
    const std::string returned = (folder.path() / "returned").string();
    fs::create_directory(returned);
    for (const auto& entry : fs::directory_iterator(world.store() + "/outbox"))
      if (entry.path().extension() == ".eft")
        fs::copy_file(entry.path(), fs::path(returned) / entry.path().filename());
    CHECK(world.verify({"--answers", returned}).code == 0);
    CHECK(world.verify({"--answers", returned + "x"}).code == 3);
    world.edits().cut_after(1, true);
    CHECK(world.verify({"--answers", returned}).code == 4);
  }
}

TEST_CASE("audit verify: a store of before the heads gets a key, and its old answers are noted") {
  const temp_folder folder;
  const small_world world(folder.path(), 3, 0);
  for (const char* file : {"/audit-key.pem", "/audit-key.pub.pem", "/audit-head"})
    fs::remove(world.store() + file);
  const auto before = world.as("oversight", {"--json", "audit", "verify"});
  CHECK(before.code == 0);
  CHECK(before.document()["heads"]["remarks"].size() == 1);
  REQUIRE(world.as("", {"status"}).code == 0);
  CHECK(fs::exists(world.store() + "/audit-head"));
  CHECK(world.as("oversight", {"--json", "audit", "verify"}).code == 0);
}

}  // namespace whorl::test
