// Backup and restore under load: backups are taken while `whorl book` works; each is restored and
// must hold every booking that was acknowledged before it began, and be able to go on.
#include <doctest/doctest.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <set>

#include "messages/wire.hpp"
#include "storage/store.hpp"
#include "tests/apps/program.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

namespace fs = std::filesystem;

std::set<std::string> accepted_in(const std::vector<nlohmann::json>& lines) {
  std::set<std::string> out;
  for (const auto& line : lines)
    if (line["event"] == "accepted") out.insert(line["booking"].get<std::string>());
  return out;
}

/// Bookings in a restored store: id -> has its final criminal answer.
std::map<std::string, bool> bookings_of(const std::string& folder) {
  auto store = storage::open_store(folder);
  REQUIRE_MESSAGE(store.has_value(), store.error().message);
  const auto rows = (*store)->bookings->list(100'000);
  REQUIRE(rows.has_value());
  std::map<std::string, bool> out;
  for (const auto& row : *rows)
    out[to_string(row.accepted.booking)] =
        row.criminal && row.criminal->decision != answer_decision::failed;
  return out;
}

struct taken_backup {
  std::string folder;
  std::set<std::string> acknowledged;  ///< before it began
  bool under_load = false;
};

void check_restored(const small_world& world, const taken_backup& backup,
                    const std::set<std::string>& all) {
  const std::string restored = backup.folder + "-restored";
  const outcome run = whorl_program({"--store", restored, "--json", "restore", backup.folder});
  REQUIRE_MESSAGE(run.code == 0, run.out);
  const auto whorl = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"--store", restored, "--json"});
    return whorl_program(words);
  };
  const outcome verified = whorl({"--as", "oversight", "audit", "verify"});
  CHECK_MESSAGE(verified.code == 0, verified.out);
  const auto inside = bookings_of(restored);
  for (const std::string& booking : backup.acknowledged)
    CHECK_MESSAGE(inside.contains(booking), booking);
  // What was open when the copy was made is finished here, from keys that the copy must hold.
  const outcome finished = whorl({"--as", "state-bureau", "book"});
  CHECK_MESSAGE(finished.code == 0, finished.out);
  for (const auto& [booking, answered] : bookings_of(restored)) CHECK_MESSAGE(answered, booking);
  // And what was not in it yet is booked as if nothing had happened.
  const outcome rest = whorl({"--as", "state-bureau", "book", (world.folder / "files").string()});
  CHECK(rest.code == 0);
  CHECK(accepted_in(rest.lines()) == all);
  CHECK(whorl({"--as", "oversight", "audit", "verify"}).code == 0);
  CHECK(whorl({"doctor"}).code == 0);
}

}  // namespace

TEST_CASE("backup: taken while bookings run, each holds what was acknowledged and goes on") {
  const int count = long_run() ? 1000 : 120;
  const std::size_t wanted = long_run() ? 12 : 3;
  const temp_folder folder;
  const small_world world(folder.path(), 40, 30);
  const std::string files = world.bookings("files", 20, count, {"--retain"});
  std::vector<taken_backup> taken;
  std::set<std::string> all;
  {
    started_program booking(
        {"--store", world.store(), "--as", "state-bureau", "--json", "book", files});
    while (booking.running() && taken.size() < wanted) {
      const auto acknowledged = accepted_in(booking.lines());
      // Spread over the run: at its start, and then whenever another share was accepted.
      if (acknowledged.size() < taken.size() * static_cast<std::size_t>(count) / (wanted + 1))
        continue;
      if (acknowledged.empty()) continue;
      taken_backup one{(folder.path() / ("backup" + std::to_string(taken.size()))).string(),
                       acknowledged, false};
      const outcome run = world.as("operator", {"--json", "backup", one.folder});
      REQUIRE_MESSAGE(run.code == 0, run.out);
      one.under_load = booking.running();
      taken.push_back(one);
    }
    const outcome booked = booking.wait();
    CHECK_MESSAGE(booked.code == 0, booked.err);
    all = accepted_in(booked.lines());
  }
  CHECK(all.size() == static_cast<std::size_t>(count));
  std::size_t under_load = 0, open = 0;
  for (const taken_backup& one : taken) {
    under_load += one.under_load;
    open += all.size() - one.acknowledged.size();
    check_restored(world, one, all);
  }
  CHECK(under_load > 0);
  CHECK(world.as("oversight", {"audit", "verify"}).code == 0);
  std::cout << "backup test: " << taken.size() << " backups, " << under_load
            << " of them wholly beside bookings, " << open << " bookings not yet acknowledged\n";
}

TEST_CASE("backup: the gateway's authority is in it, and vouches in the restored store") {
  const temp_folder folder;
  const small_world world(folder.path(), 3, 0);
  const std::string backup = (folder.path() / "backup").string();
  const std::string restored = (folder.path() / "restored").string();
  REQUIRE(world.as("", {"pki", "init"}).code == 0);
  REQUIRE(world.as("", {"pki", "issue", "city-police"}).code == 0);
  REQUIRE(world.as("", {"pki", "issue", "operator"}).code == 0);
  REQUIRE(world.as("", {"pki", "revoke", "operator"}).code == 0);
  const auto certificates = [](const std::string& store) {
    const outcome all = whorl_program({"--store", store, "--json", "pki", "list"});
    REQUIRE_MESSAGE(all.code == 0, all.err);
    return all.document()["certificates"];
  };
  const outcome made = world.as("operator", {"backup", backup});
  REQUIRE(made.code == 0);
  CHECK(made.out.find("key of the certificate authority") != std::string::npos);
  const outcome back = whorl_program({"--store", restored, "restore", backup});
  REQUIRE_MESSAGE(back.code == 0, back.err);
  CHECK(back.out.find("revoked after the backup") != std::string::npos);
  CHECK(certificates(restored) == certificates(world.store()));
  CHECK(certificates(restored).size() == 2);
  CHECK(whorl_program({"--store", restored, "pki", "issue", "oversight"}).code == 0);
  CHECK(read_file(restored + "/pki/clients/city-police.key") ==
        read_file(world.store() + "/pki/clients/city-police.key"));
  const outcome without = world.as("operator", {"--json", "backup", backup + "2", "--without-pki"});
  REQUIRE(without.code == 0);
  CHECK(without.document()["pki"] == false);
  CHECK_FALSE(fs::exists(backup + "2/pki"));
}

TEST_CASE("backup, restore: refusals name what is in the way") {
  const temp_folder folder;
  const small_world world(folder.path(), 3, 0);
  const std::string backup = (folder.path() / "backup").string();
  const std::string restored = (folder.path() / "restored").string();
  const auto restore = [&](const std::string& to, std::vector<std::string> words) {
    words.insert(words.begin(), {"--store", to, "restore"});
    return whorl_program(words);
  };
  CHECK(world.as("city-police", {"backup", backup}).code == 1);
  const outcome made = world.as("operator", {"backup", backup});
  REQUIRE_MESSAGE(made.code == 0, made.err);
  CHECK(made.out.find("--purges-from") != std::string::npos);
  SUBCASE("a backup where one is") {
    const outcome again = world.as("operator", {"backup", backup});
    CHECK(again.code == 1);
    CHECK(again.err.find("holds a backup already") != std::string::npos);
  }
  SUBCASE("a folder with something else in it, a file, a folder in the store") {
    CHECK(world.as("operator", {"backup", folder.path().string()}).code == 1);
    CHECK(world.as("operator", {"backup", world.store() + "/FORMAT"}).code == 1);
    CHECK(world.as("operator", {"backup", world.store() + "/b"}).code == 1);
  }
  SUBCASE("no store, no backup") {
    CHECK(whorl_program({"--store", restored, "backup", backup + "2"}).code == 3);
    CHECK(restore(restored, {folder.path().string()}).code == 3);
    CHECK_FALSE(fs::exists(restored));
  }
  SUBCASE("onto a store") {
    const outcome run = restore(world.store(), {backup});
    CHECK(run.code == 1);
    CHECK(run.err.find("holds a store already") != std::string::npos);
  }
  SUBCASE("a rotten backup makes no store") {
    const std::string file = backup + "/journal/data.mdb";
    auto content = read_file(file);
    content[content.size() - 1] ^= std::byte{1};
    write_file(file, content);
    const outcome run = restore(restored, {backup});
    CHECK(run.code == 3);
    CHECK(run.err.find("journal/data.mdb") != std::string::npos);
    CHECK_FALSE(fs::exists(restored));
  }
  SUBCASE("an old store that cannot be read, or is in use, stops the restore before it begins") {
    CHECK(restore(restored, {backup, "--purges-from", restored + "x"}).code == 3);
    const auto held = storage::open_store(world.store());
    REQUIRE(held.has_value());
    CHECK(restore(restored, {backup, "--purges-from", world.store()}).code == 3);
    CHECK_FALSE(fs::exists(restored));
  }
  SUBCASE("keys destroyed since the backup are destroyed in the restored store") {
    REQUIRE(world.as("state-bureau", {"book", world.bookings("more", 50, 2)}).code == 0);
    const outcome run = whorl_program(
        {"--store", restored, "--json", "restore", backup, "--purges-from", world.store()});
    REQUIRE_MESSAGE(run.code == 0, run.out);
    CHECK(run.document()["purges_carried"].get<int>() > 0);
  }
}

}  // namespace whorl::test
