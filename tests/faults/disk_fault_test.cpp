// One call to the disk after the other fails: full, broken, read-only. The program says so, and
// loses nothing of what it has acknowledged.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "tests/faults/recorded_world.hpp"
#include "tests/faults/store_promises.hpp"

namespace whorl::faults {
namespace {

/// The n-th call fails in every command of the workload that gets so far; then the disk is well
/// again and the same is sent once more.
struct fault_run {
  bool failed = false;  ///< some command said that it failed
  broken_promises broken;
};

void take(seen_by_the_world& seen, const std::string& said) {
  seen.add({op_kind::printed, "", 0, said});
}

/// A disk that refuses everything for good ends a command after a second, not a minute.
void give_up_soon(const std::string& store) {
  const auto file = std::filesystem::path(store) / "whorl.toml";
  std::string text = test::to_text(test::read_file(file));
  const std::string usual = "stall_seconds = 60";
  REQUIRE(text.find(usual) != std::string::npos);
  text.replace(text.find(usual), usual.size(), "stall_seconds = 1");
  test::write_file(file, test::to_bytes(text));
}

fault_run run_with(const recorded_world& world, const std::string& fault) {
  const test::temp_folder folder;
  const std::string store = (folder.path() / "store").string();
  fault_run out;
  seen_by_the_world seen;
  for (const command& c : world.commands()) {
    const bool makes_store = c.words.front() == "init";
    const auto done = world.run(c, store, "", fault);
    take(seen, done.out);
    out.failed |= done.code != 0;
    if (done.code < 0 || (done.code != 0 && (done.out + done.err).size() < 10))
      out.broken.push_back(c.words.front() + " ended with " + std::to_string(done.code) +
                           " and said: " + done.out + done.err);
    // A store that could not be made is made now; everything else is left as the fault left it.
    if (makes_store && done.code != 0) {
      auto again = world.run(c, store, "");
      // The fault came after the store was whole, and it was said so.
      if (done.out.find("the store itself is made") != std::string::npos)
        again = world.run({"", {"status"}}, store, "");
      if (again.code != 0)
        out.broken.push_back("init does not succeed after a fault: " + again.out + again.err);
    }
    if (makes_store) {
      give_up_soon(store);
      world.configure(store);
    }
  }
  for (auto& text : judge_apart(store, seen)) out.broken.push_back(text);
  for (const command& c : world.commands()) {
    if (c.words.front() != "book") continue;
    const auto again = world.run(c, store, "");
    take(seen, again.out);
    if (again.code != 0)
      out.broken.push_back("the program does not go on: " + again.out + again.err);
  }
  for (auto& text : judge_finished(store, seen)) out.broken.push_back(text);
  return out;
}

}  // namespace

TEST_CASE("disk faults: whichever call fails, it is said and nothing acknowledged is lost") {
  recorded_world world(2, 2);
  const auto trace = world.record();
  const auto changes = static_cast<std::uint64_t>(std::count_if(
      trace.begin(), trace.end(),
      [](const operation& one) { return one.kind != op_kind::printed && !is_sync(one.kind); }));
  const char* asked = std::getenv("WHORL_DISK_FAULTS");
  const std::uint64_t tries = asked != nullptr   ? std::strtoul(asked, nullptr, 10)
                              : test::long_run() ? changes / 4
                                                 : 4;
  std::size_t runs = 0, failed = 0;
  for (const char* kind : {"enospc", "eio", "eiosync", "erofs"})
    for (const char* lasts : {"", ":stay"})
      for (std::uint64_t i = 0; i < tries; ++i) {
        // The counting begins anew with each command, so low numbers matter most.
        const std::uint64_t at = 1 + (i * i * changes / (tries * tries * 2) + i);
        const std::string fault = kind + (":" + std::to_string(at)) + lasts;
        const fault_run done = run_with(world, fault);
        ++runs;
        failed += done.failed;
        for (const auto& text : done.broken) FAIL_CHECK(fault << ": " << text);
      }
  CHECK(failed > runs / 2);
  std::cout << "disk faults: " << runs << " runs, " << failed << " with a command that failed\n";
}

}  // namespace whorl::faults
