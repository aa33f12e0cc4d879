#include "sim/cluster/process.hpp"

#include <doctest/doctest.h>

using namespace whorl::sim;
using namespace std::chrono_literals;

namespace {

using beat_atom = caf::atom_constant<caf::atom("beat")>;

/// Counts a beat every 100 ms of its own clock.
caf::behavior beating(caf::event_based_actor* self, int* beats) {
  self->delayed_send(self, 100ms, beat_atom::value);
  return {[=](beat_atom) {
    ++*beats;
    self->delayed_send(self, 100ms, beat_atom::value);
  }};
}

void run_until(process& one, chance& draw, moment end) {
  while (true) {
    while (one.runnable() > 0) one.run_one(draw, 0, 0s);
    const auto next = one.next_due();
    if (!next || *next > end) return one.advance_to(end);
    one.advance_to(*next);
  }
}

}  // namespace

TEST_CASE("simulated process: its clock goes with the world's, or a little faster or slower") {
  for (const auto& [fast_permille, expected] : {std::pair(0, 100), {20, 102}, {-20, 98}}) {
    chance draw(1);
    int beats = 0;
    process one("one", 0s, fast_permille);
    one.keep(one.system().spawn(beating, &beats));
    run_until(one, draw, 10s + 1ms);
    CHECK(beats >= expected - 1);
    CHECK(beats <= expected);
  }
}

TEST_CASE("simulated process: frozen, nothing runs, and then its clock leaps") {
  chance draw(1);
  int beats = 0;
  process one("one", 0s, 0);
  one.keep(one.system().spawn(beating, &beats));
  run_until(one, draw, 1s + 1ms);
  const int before = beats;
  one.freeze();
  CHECK(one.runnable() == 0);
  CHECK_FALSE(one.next_due());
  one.advance_to(5s);
  one.thaw();
  one.advance_to(5s);
  while (one.runnable() > 0) one.run_one(draw, 0, 0s);
  CHECK(beats == before + 1);  // the one timer that was due; it sets the next
}

TEST_CASE("simulated process: a slow actor is not run before its time") {
  chance draw(1);
  int beats = 0;
  process one("one", 0s, 0);
  one.keep(one.system().spawn(beating, &beats));
  run_until(one, draw, 150ms);
  one.advance_to(200ms + 1ms);
  REQUIRE(one.runnable() > 0);
  while (one.runnable() > 0) CHECK_FALSE(one.run_one(draw, 1, 1s));
  const int before = beats;
  CHECK(one.next_due().value() <= 1s);
  one.advance_to(1s);
  CHECK(one.runnable() > 0);
  while (one.runnable() > 0) one.run_one(draw, 0, 0s);
  CHECK(beats == before + 1);
}
