// A script that is not kept is said to be so; otherwise no scenario could fail.
#include "sim/cluster/script.hpp"

#include <doctest/doctest.h>

#include "tests/sim/scenarios/scenario_support.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

look never() {
  return that("never", [](const scripted_world&) { return false; });
}

}  // namespace

TEST_CASE("script: steps are done in order, each once what it waits for holds") {
  std::string done;
  const run_outcome run = run_scene({}, [&](script& s) {
    const auto one = s.booking(criminal);
    s.after_ms(100, [&](scripted_world& w) { done += w.now_ms() >= 100 ? "a" : "too early"; });
    s.then([&](scripted_world&) { done += "b"; }, send(one));
    s.when(answered(one), [&](scripted_world&) { done += "c"; });
    s.expect(hit(one)).at_the_end(messages_are(one, "/criminal", 1));
  });
  CHECK(done == "abc");
  CHECK(run.unexpected.empty());
  CHECK(run.at_rest);
}

TEST_CASE("script: what was not so is said, once") {
  const run_outcome run = run_scene({}, [](script& s) {
    const auto one = s.booking(criminal);
    s.always(never()).then(send(one)).expect(answered(one));
    s.at_the_end(no_hit(one));
  });
  CHECK(run.unexpected.size() == 3);
}

TEST_CASE("script: a step that is never reached is said, and the run ends all the same") {
  const run_outcome run = run_scene({.longest_ms = 2'000}, [](script& s) {
    const auto one = s.booking(criminal);
    s.then(send(one)).when(never(), kill_exchange());
    s.at_the_end(hit(one)).at_the_end(exchange_died(0));
  });
  REQUIRE(run.unexpected.size() == 1);
  CHECK(run.unexpected.front() == "step 2 was never reached: never");
  CHECK(run.at_rest);
}

TEST_CASE("script: without faults of its own or a plan nothing befalls a run") {
  const run_outcome run = run_scene({.nodes = 2}, [](script& s) {
    const auto one = s.booking(both);
    s.when(searchable_on(2), send(one)).when(answered(one));
  });
  for (std::size_t kind = 0; kind < fault_kinds; ++kind)
    CHECK_MESSAGE(run.fired[kind] == 0, to_string(static_cast<fault_kind>(kind)));
  CHECK(run.node_restarts == 0);
}
