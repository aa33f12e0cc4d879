// Power is cut at chosen moments of the real program's work: what had not been synced is lost or
// torn, and the store is opened on what is left.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "tests/faults/power_cuts.hpp"
#include "tests/faults/recorded_world.hpp"
#include "tests/faults/store_promises.hpp"

namespace whorl::faults {
namespace {

struct cuts {
  std::size_t made = 0, finished = 0;
  broken_promises broken;
};

/// Power cuts of the plan, from where there is a store; at every `finish_every`-th (0: never) the
/// program is started on what is left.
cuts judge_cuts(const std::vector<operation>& trace, const cut_plan& plan,
                std::size_t finish_every) {
  seen_by_the_world seen;
  std::size_t seen_to = 0;
  cuts out;
  cut_power(trace, plan, [&](const std::string& image, std::size_t at) {
    for (; seen_to < at; ++seen_to) seen.add(trace[seen_to]);
    if (!seen.store_made()) return;
    ++out.made;
    auto broken = judge_apart(image, seen);
    if (finish_every > 0 && out.made % finish_every == 0 && broken.empty()) {
      ++out.finished;
      const auto run =
          test::whorl_program({"--json", "--store", image, "--as", "state-bureau", "book"});
      if (run.code != 0) broken.push_back("1: the program does not go on: " + run.err);
      for (auto& more : judge_finished(image, seen)) broken.push_back(std::move(more));
    }
    for (const auto& text : broken)
      out.broken.push_back("cut before operation " + std::to_string(at) + " of " +
                           std::to_string(trace.size()) + ": " + text);
  });
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
    const cuts done = judge_cuts(trace, {seed % step, trace.size(), step, seed}, 12);
    made += done.made;
    finished += done.finished;
    for (std::size_t i = 0; i < std::min<std::size_t>(done.broken.size(), 20); ++i)
      FAIL_CHECK("seed " << seed << ", " << done.broken[i]);
    if (!done.broken.empty()) return;
  }
  std::cout << "power loss: " << trace.size() << " operations ("
            << std::count_if(trace.begin(), trace.end(),
                             [](const operation& one) { return is_sync(one.kind); })
            << " syncs), " << made << " cuts, " << finished
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
    red += !judge_cuts(trace, {told, told + 4, 1, seed}, 0).broken.empty();
  CHECK(red > 0);
}

TEST_CASE("power loss: steps and readers that nothing keeps are missed (the test can fail)") {
  const auto& trace = recorded();
  seen_by_the_world all;
  std::size_t before_steps = 0;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    if (all.steps().empty()) before_steps = i;
    all.add(trace[i]);
  }
  REQUIRE(all.steps().size() == 4);
  // What the world has seen by the end, and a disk that never got beyond the first step.
  broken_promises found;
  cut_power(trace, {before_steps, before_steps + 1, 1, 1},
            [&](const std::string& image, std::size_t) { found = judge_apart(image, all); });
  const auto says = [&](const char* what) {
    return std::any_of(found.begin(), found.end(), [&](const std::string& text) {
      return text.find(what) != std::string::npos;
    });
  };
  CHECK(says("10: acknowledged and lost: step detainer_issued"));
  CHECK(says("5: shown to a person and not on record"));
}

TEST_CASE("power loss: a node that takes more than it has room for is found (the test can fail)") {
  const auto trace = recorded_world(4, 64).record();
  const std::size_t step = std::max<std::size_t>(1, trace.size() / 60);
  const auto found = judge_cuts(trace, {0, trace.size(), step, 1}, 0).broken;
  CHECK(std::any_of(found.begin(), found.end(), [](const std::string& text) {
    return text.find(": 11: ") != std::string::npos;
  }));
}

TEST_CASE("power loss: no kind of sync can be left out (the test can fail)") {
  for (const char* path : {"journal/data.mdb", "keys/data.mdb", "keys/slots", "outbox",
                           "bookings/data.mdb", "gallery/criminal/000/data.mdb"}) {
    std::vector<operation> trace = recorded();
    const auto before = trace.size();
    std::erase_if(trace,
                  [&](const operation& one) { return is_sync(one.kind) && one.path == path; });
    REQUIRE(trace.size() < before);
    const std::size_t step = std::max<std::size_t>(1, trace.size() / 80);
    std::size_t red = 0;
    for (std::uint64_t seed = 1; seed <= 4 && red == 0; ++seed)
      red += judge_cuts(trace, {seed % step, trace.size(), step, seed}, 0).broken.size();
    CHECK_MESSAGE(red > 0, "without syncs of ", path);
  }
}

}  // namespace whorl::faults
