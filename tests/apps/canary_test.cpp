// After a purge nothing of a person is left in any file that the program wrote: names and minutiae
// are looked for byte by byte in every file of the store, in what was printed, and in core files.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <iostream>

#include "actors/probe_core.hpp"
#include "fingerprint/stored_entry.hpp"
#include "messages/ebts/booking.hpp"
#include "messages/ebts/reader.hpp"
#include "storage/store.hpp"
#include "tests/apps/program.hpp"
#include "tests/support.hpp"

namespace whorl::test {
namespace {

/// What would give a person away.
struct canary {
  std::string name;
  std::vector<std::vector<std::byte>>
      prints;  ///< stretches of minutiae, as they are sealed and searched
};

canary canary_of(const std::filesystem::path& file) {
  const auto content = read_file(file);
  const auto whole = ebts::read_transaction(content);
  REQUIRE(whole);
  canary out;
  out.name = ebts::read_booking(*whole).name;
  const auto prints = actors::probe_prints_of(*whole);
  REQUIRE(prints);
  for (const auto& print : *prints) {
    REQUIRE(print.iso_record.size() > 128);
    out.prints.emplace_back(print.iso_record.begin() + 60, print.iso_record.begin() + 108);
  }
  REQUIRE(out.name.size() > 4);
  REQUIRE(out.prints.size() == 10);
  return out;
}

bool holds(const std::vector<std::byte>& content, std::span<const std::byte> what) {
  return std::search(content.begin(), content.end(), what.begin(), what.end()) != content.end();
}

/// Files below `folder` in which something of the canary stands.
std::vector<std::string> traces(const std::filesystem::path& folder, const canary& who,
                                const std::vector<std::vector<std::byte>>& more = {}) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const auto content = read_file(entry.path());
    bool there = holds(content, to_bytes(who.name));
    for (const auto& print : who.prints) there = there || holds(content, print);
    for (const auto& secret : more) there = there || holds(content, secret);
    if (there) found.push_back(entry.path().lexically_relative(folder).string());
  }
  return found;
}

/// The key bytes in use, as they stand in the slots.
std::vector<std::vector<std::byte>> live_keys(const std::string& store) {
  const auto slots = read_file(std::filesystem::path(store) / "keys" / "slots");
  std::vector<std::vector<std::byte>> keys;
  for (std::size_t at = 64; at + 64 <= slots.size(); at += 64)
    if (slots[at + 48] != std::byte{0})
      keys.emplace_back(slots.begin() + std::ptrdiff_t(at),
                        slots.begin() + std::ptrdiff_t(at) + 32);
  return keys;
}

std::string only_file(const std::string& folder) {
  return std::filesystem::directory_iterator(folder)->path().string();
}

}  // namespace

TEST_CASE("safeguard: purge: a person without a match is nowhere in the store afterwards") {
  const temp_folder folder;
  const small_world world(folder.path(), 20, 10);
  // Not retained, in no gallery.
  const std::string files = world.bookings("stranger", 700, 1);
  const canary who = canary_of(only_file(files));
  REQUIRE(world.as("state-bureau", {"book", files}).code == 0);
  {  // The probes are gone with the answers, before any purge is asked for; the name is kept for a
     // time.
    const auto store = storage::open_store(world.store());
    REQUIRE(store);
    const auto booked = (*store)->bookings->list(1, {});
    REQUIRE(booked);
    const booking_accepted& accepted = booked->front().accepted;
    const auto is_gone = [&](const sealed_payload& what) {
      const auto opened = (*store)->keys->open(what);
      return !opened && opened.error().code == errc::purged;
    };
    CHECK(is_gone(accepted.criminal_prints));
    REQUIRE(accepted.immigration_prints);
    CHECK(is_gone(*accepted.immigration_prints));
    CHECK_FALSE(is_gone(accepted.who));
  }
  const auto keys = live_keys(world.store());
  REQUIRE_FALSE(keys.empty());
  const outcome due = world.as("operator", {"--json", "purge", "--days", "0", "--dry-run"});
  CHECK(due.document()["retention"] == 1);
  CHECK_FALSE(
      traces(world.store(), who).empty());  // the answers name the person: the test can fail
  const outcome purged = world.as("operator", {"--json", "purge", "--days", "0"});
  REQUIRE_MESSAGE(purged.code == 0, purged.err);
  CHECK(purged.document()["retention"] == 1);
  CHECK(purged.document()["copies"].get<int>() >= 1);
  // Keys of the imported people stay: those that are still in the slots are not looked for.
  auto gone = keys;
  const auto left = live_keys(world.store());
  std::erase_if(gone, [&](const auto& key) { return std::ranges::find(left, key) != left.end(); });
  CHECK(gone.size() >= 1);
  CHECK(traces(world.store(), who, gone) == std::vector<std::string>{});
  CHECK(purged.out.find(who.name) == std::string::npos);
  CHECK(purged.err.find(who.name) == std::string::npos);

  // Again does nothing; the store replays, the audit is whole and tells of the purge.
  CHECK(world.as("operator", {"--json", "purge", "--days", "0"}).document()["keys"] == 0);
  CHECK(world.as("oversight", {"audit", "verify"}).code == 0);
  CHECK(world.as("oversight", {"audit", "list"}).out.find("purge keys") != std::string::npos);
  for (const char* projection : {"bookings", "cases", "outbox", "audit", "gallery"})
    std::filesystem::remove_all(std::filesystem::path(world.store()) / projection);
  CHECK(world.as("operator", {"status"}).code == 0);
  CHECK(traces(world.store(), who, gone) == std::vector<std::string>{});
}

TEST_CASE("purge: a deleted record's minutiae and names are nowhere in the store afterwards") {
  const temp_folder folder;
  const small_world world(folder.path(), 0, 0);
  const std::string files = world.bookings("first", 30, 3, {"--retain"});
  const outcome booked = world.as("state-bureau", {"--json", "book", files});
  REQUIRE(booked.code == 0);
  std::string subject;
  for (const auto& line : booked.lines())
    if (line["event"] == "accepted" && subject.empty())
      subject = "S" + line["booking"].get<std::string>().substr(1);
  // The search entry and the sketches, plain, as they are read in place: their first words give the
  // finger away.
  std::vector<std::byte> entry, sketch;
  {
    const auto store = storage::open_store(world.store());
    REQUIRE(store);
    const auto id = parse_subject_id(subject);
    REQUIRE(id);
    const auto view = (*store)->criminal[partition_of(*id, 3)]->view();
    REQUIRE(view);
    const auto found = (*view)->entry(*id);
    REQUIRE(found);
    REQUIRE(*found);
    REQUIRE((*found)->size() > 4000);
    entry.assign((*found)->begin() + 64, (*found)->begin() + 128);
    const bytes row = fingerprint::build_sketch_row(fingerprint::expand(**found));
    sketch.assign(row.begin() + 8, row.begin() + 40);
  }
  const canary nobody{"(no name)", {}};
  CHECK_FALSE(traces(world.store(), nobody, {entry}).empty());
  CHECK_FALSE(traces(world.store(), nobody, {sketch}).empty());
  REQUIRE(
      world.as("operator", {"gallery", "delete", "criminal", subject, "--reason", "order"}).code ==
      0);
  CHECK(traces(world.store(), nobody, {entry, sketch}) == std::vector<std::string>{});
}

TEST_CASE("purge: an open case keeps its names until it is closed") {
  const temp_folder folder;
  const small_world world(folder.path(), 0, 10);
  REQUIRE(world.as("state-bureau", {"book", world.bookings("known", 3, 1)}).code == 0);
  const outcome purged = world.as("operator", {"--json", "purge", "--days", "0"});
  REQUIRE(purged.code == 0);
  CHECK(purged.document()["retention"] == 0);
  CHECK(world.as("city-police", {"purge"}).code == 1);
  CHECK(world.as("operator", {"purge", "--days", "-3"}).code == 2);
}

TEST_CASE("core files: a killed program leaves none, whatever the limit says") {
  const temp_folder folder;
  const small_world world(folder.path(), 10, 0);
  const std::string files = world.bookings("many", 100, 200);
  const auto cores = [&] {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
      if (entry.path().filename().string().starts_with("core")) found.push_back(entry.path());
    return found;
  };
  rlimit before{};
  getrlimit(RLIMIT_CORE, &before);
  rlimit wanted{before.rlim_max, before.rlim_max};
  setrlimit(RLIMIT_CORE, &wanted);
  const auto here = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  outcome run;
  // Killed before main() it holds nobody's data, and cannot have forbidden anything: until its
  // first answer is out, again and later.
  for (int after_ms = 60; run.out.empty() && after_ms < 30'000; after_ms *= 2) {
    for (const auto& core : cores()) std::filesystem::remove(core);
    run = world.as("state-bureau", {"--json", "book", files}, after_ms, SIGABRT);
  }
  std::filesystem::current_path(here);
  setrlimit(RLIMIT_CORE, &before);
  CHECK(run.code == -SIGABRT);
  CHECK(cores().empty());
}

}  // namespace whorl::test
