// Two processes and what is between them.
#include "sim/cluster/network.hpp"

#include <doctest/doctest.h>

using namespace whorl::sim;
using namespace std::chrono_literals;

namespace {

using ask_atom = caf::atom_constant<caf::atom("ask")>;

/// What a caller was told.
struct heard {
  int answers = 0, failures = 0, downs = 0;
};

caf::behavior answering(caf::event_based_actor*) {
  return {[](ask_atom, int n) { return n + 1; }};
}

caf::behavior asking(caf::event_based_actor* self, caf::actor whom, heard* told) {
  self->monitor(whom);
  self->set_down_handler([told](const caf::down_msg&) { ++told->downs; });
  return {[=](ask_atom, int n) {
    self->request(whom, 5s, ask_atom::value, n)
        .then([told](int) { ++told->answers; }, [told](const caf::error&) { ++told->failures; });
  }};
}

struct two_processes {
  explicit two_processes(const fault_plan& with = {}) : plan(with) {
    net.join(here);
    net.join(there);
    answerer = there.system().spawn(answering);
    there.keep(answerer);
  }
  ~two_processes() {
    net.leave(here);
    net.leave(there);
  }
  void connect() {
    asker = here.system().spawn(asking, net.connect("here", "there", answerer), &told);
    here.keep(asker);
  }
  /// Everything that happens until then.
  void until(moment end) {
    while (true) {
      for (process* each : {&here, &there})
        while (each->runnable() > 0) each->run_one(draw, 0, 0s);
      moment next = end;
      for (const auto at : {net.next_due(), here.next_due(), there.next_due()})
        if (at && *at < next) next = *at;
      if (now >= end) return;
      now = std::max(next, now);
      here.advance_to(now);
      there.advance_to(now);
      net.advance_to(now);
    }
  }
  void ask() { caf::anon_send(asker, ask_atom::value, 1); }

  chance draw{7};
  fault_plan plan;
  fault_counts fired{};
  moment now{0};
  network net{draw, plan, fired};
  process here{"here", 0s, 0}, there{"there", 0s, 0};
  caf::actor answerer, asker;
  heard told;
};

fault_plan always(fault_kind kind) {
  fault_plan plan;
  plan.per_myriad[static_cast<std::size_t>(kind)] = 10'000;
  return plan;
}

}  // namespace

TEST_CASE("simulated network: a request crosses, and its answer comes back") {
  two_processes world;
  world.connect();
  world.ask();
  world.until(1s);
  CHECK(world.told.answers == 1);
  CHECK(world.net.delivered() == 2);
}

TEST_CASE("simulated network: what is lost is noticed by the asker's own timeout alone") {
  two_processes world(always(fault_kind::loss));
  world.connect();
  world.ask();
  world.until(10s);
  CHECK(world.told.failures == 1);
  CHECK(world.told.downs == 0);
}

TEST_CASE("simulated network: what comes twice is answered twice and heard once") {
  two_processes world(always(fault_kind::duplication));
  world.connect();
  world.ask();
  world.until(10s);
  CHECK(world.told.answers == 1);
  CHECK(world.net.delivered() > 2);
}

TEST_CASE("simulated network: a direction that is blocked ends the connection after a second") {
  two_processes world;
  world.connect();
  world.until(100ms);
  SUBCASE("there") { world.net.block("here", "there", world.now + 5s); }
  SUBCASE("back") { world.net.block("there", "here", world.now + 5s); }
  world.until(1s);
  CHECK(world.told.downs == 0);
  world.until(1200ms);
  CHECK(world.told.downs == 1);
  CHECK_FALSE(world.net.connect("here", "there", world.answerer));
  world.until(6s);
  CHECK(world.net.connect("here", "there", world.answerer));
}

TEST_CASE("simulated network: who was frozen finds out when it goes on") {
  two_processes world;
  world.connect();
  world.until(100ms);
  world.here.freeze();
  world.net.on_freeze(world.here, world.now);
  world.until(3s);
  CHECK(world.told.downs == 0);
  world.here.thaw();
  world.net.on_thaw(world.here);
  world.until(4s);
  CHECK(world.told.downs == 1);
}

TEST_CASE("simulated network: changed bytes end the connection") {
  two_processes world(always(fault_kind::corrupt_bytes));
  world.connect();
  world.ask();
  world.until(10s);
  CHECK(world.told.downs == 1);
  CHECK(world.told.answers == 0);
}

TEST_CASE("simulated network: a process that ends takes what was on its way with it") {
  two_processes world;
  world.connect();
  world.ask();
  world.here.run_one(world.draw, 0, 0s);
  world.net.leave(world.there);
  world.until(10s);
  CHECK(world.told.downs == 1);
  CHECK(world.told.answers == 0);
  CHECK(world.net.delivered() == 0);
}
