// Power is cut at chosen moments of the real program's work: what had not been synced is lost or
// torn, and the store is opened on what is left.
#include <doctest/doctest.h>

#include <cstdlib>
#include <iostream>

#include "tests/faults/disk_model.hpp"
#include "tests/faults/recorded_world.hpp"
#include "tests/faults/store_promises.hpp"

namespace whorl::faults {
namespace {

constexpr loss losses[] = {loss::all, loss::some_writes, loss::some_sectors, loss::none};

struct cuts {
  std::size_t made = 0, finished = 0;
  broken_promises broken;
};

/// Cuts the power before operation `from` + k * `step`, each time with another kind of loss;
/// at every `finish_every`-th the program is started on what is left.
cuts cut_power(const std::vector<operation>& trace, std::size_t from, std::size_t to,
               std::size_t step, std::size_t finish_every, std::uint64_t seed) {
  const test::temp_folder folder;
  const std::string image = (folder.path() / "store").string();
  std::mt19937_64 random(seed);
  disk_model disk;
  seen_by_the_world seen;
  cuts out;
  for (std::size_t i = 0; i < std::min(to, trace.size()); ++i) {
    if (i >= from && (i - from) % step == 0 && seen.store_made()) {
      disk.crash_into(image, losses[out.made++ % std::size(losses)], random, &trace[i]);
      auto broken = judge_apart(image, seen);
      if (finish_every > 0 && out.made % finish_every == 0 && broken.empty()) {
        ++out.finished;
        const auto run =
            test::whorl_program({"--json", "--store", image, "--as", "state-bureau", "book"});
        if (run.code != 0) broken.push_back("1: the program does not go on: " + run.err);
        for (auto& more : judge_finished(image, seen)) broken.push_back(std::move(more));
      }
      for (const auto& text : broken)
        out.broken.push_back("cut before operation " + std::to_string(i) + " of " +
                             std::to_string(trace.size()) + ": " + text);
    }
    disk.apply(trace[i]);
    seen.add(trace[i]);
  }
  return out;
}

const std::vector<operation>& recorded() {
  static const std::vector<operation> trace = recorded_world(4).record();
  return trace;
}

std::size_t count_of(const std::vector<operation>& trace, op_kind kind) {
  std::size_t n = 0;
  for (const operation& one : trace) n += one.kind == kind;
  return n;
}

}  // namespace

TEST_CASE("power loss: what was acknowledged is kept, whatever was not synced") {
  const auto& trace = recorded();
  REQUIRE(count_of(trace, op_kind::sync) > 50);
  REQUIRE(count_of(trace, op_kind::printed) > 10);
  const char* asked = std::getenv("WHORL_CUTS");
  const std::size_t wanted =
      asked != nullptr ? std::strtoul(asked, nullptr, 10) : (test::long_run() ? 4000 : 60);
  const std::size_t step = std::max<std::size_t>(1, trace.size() / wanted);
  std::size_t made = 0, finished = 0;
  for (std::uint64_t seed = 1; made < wanted; ++seed) {
    const cuts done = cut_power(trace, seed % step, trace.size(), step, 12, seed);
    made += done.made;
    finished += done.finished;
    for (std::size_t i = 0; i < std::min<std::size_t>(done.broken.size(), 20); ++i)
      FAIL_CHECK("seed " << seed << ", " << done.broken[i]);
    if (!done.broken.empty()) return;
  }
  std::cout << "power loss: " << trace.size() << " operations ("
            << count_of(trace, op_kind::sync) + count_of(trace, op_kind::sync_folder) << " syncs), "
            << made << " cuts, " << finished
            << " of them with the program started again: no promise broken\n";
}

TEST_CASE("power loss: one sync of the journal left out breaks a promise (the test can fail)") {
  const auto& whole = recorded();
  // The last sync of the journal before an acceptance is told.
  std::size_t told = whole.size();
  for (std::size_t i = 0; i < whole.size() && told == whole.size(); ++i)
    if (whole[i].kind == op_kind::printed &&
        whole[i].data.find("\"accepted\"") != std::string::npos)
      told = i;
  REQUIRE(told < whole.size());
  std::size_t left_out = told;
  while (left_out > 0 &&
         !(whole[left_out].kind == op_kind::sync && whole[left_out].path == "journal/data.mdb"))
    --left_out;
  std::vector<operation> trace = whole;
  trace.erase(trace.begin() + static_cast<std::ptrdiff_t>(left_out));
  std::size_t red = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed)
    red += !cut_power(trace, told, told + 4, 1, 0, seed).broken.empty();
  CHECK(red > 0);
}

TEST_CASE("power loss: no kind of sync can be left out (the test can fail)") {
  for (const char* path : {"journal/data.mdb", "keys/data.mdb", "keys/slots", "outbox",
                           "bookings/data.mdb", "gallery/criminal/000/data.mdb"}) {
    std::vector<operation> trace = recorded();
    const auto before = trace.size();
    std::erase_if(trace, [&](const operation& one) {
      return (one.kind == op_kind::sync || one.kind == op_kind::sync_folder) && one.path == path;
    });
    REQUIRE(trace.size() < before);
    const std::size_t step = std::max<std::size_t>(1, trace.size() / 80);
    std::size_t red = 0;
    for (std::uint64_t seed = 1; seed <= 4 && red == 0; ++seed)
      red += cut_power(trace, seed % step, trace.size(), step, 0, seed).broken.size();
    CHECK_MESSAGE(red > 0, "without syncs of ", path);
  }
}

}  // namespace whorl::faults
