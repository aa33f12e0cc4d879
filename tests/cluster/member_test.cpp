// How a node holds on to its exchange. On CAF's testing scheduler, whose clock stands until a test
// moves it.
#include <caf/all.hpp>

#include <doctest/doctest.h>

#include <algorithm>

#include "actors/cluster/cluster_actors.hpp"
#include "sim/cluster/testing_system.hpp"
#include "tests/support.hpp"

namespace {

using namespace whorl;
using namespace whorl::actors;

/// Hears nodes, and answers them or not.
struct exchange_script {
  bool answers = true;
  std::vector<caf::typed_response_promise<packet>> unanswered;
};
caf::behavior scripted_exchange(caf::event_based_actor* self, exchange_script* script) {
  return {[=](hello_atom, const packet&) -> caf::result<packet> {
    if (script->answers) return pack({});
    script->unanswered.push_back(self->make_response_promise<packet>());
    return script->unanswered.back();
  }};
}

struct member_and_exchange {
  whorl::test::temp_folder folder;
  sim::testing_config config;
  caf::actor_system system{config};
  exchange_script script;
  caf::actor exchange = system.spawn(scripted_exchange, &script), member;
  std::vector<std::string> events;

  member_and_exchange() {
    member_settings s;
    s.place.name = "node-a";
    s.folder = folder.path();
    s.detach_edges = false;
    s.use_index = false;
    s.connect = [this] { return exchange; };
    s.on_event = [this](const node_event& what) { events.push_back(words_of(what)); };
    member = system.spawn(member_actor, std::move(s));
    scheduler().run();
  }
  ~member_and_exchange() {
    script.unanswered.clear();
    for (caf::actor* each : {&member, &exchange}) {
      caf::anon_send_exit(*each, caf::exit_reason::user_shutdown);
      *each = nullptr;
    }
    scheduler().run();
  }
  caf::scheduler::test_coordinator& scheduler() { return sim::testing_scheduler(system); }
  void pass(int tenths) {
    for (; tenths > 0; --tenths) {
      scheduler().advance_time(std::chrono::milliseconds(100));
      scheduler().run();
    }
  }
  std::ptrdiff_t count(const std::string& start) const {
    return std::ranges::count_if(events, [&](const auto& e) { return e.starts_with(start); });
  }
};

}  // namespace

TEST_CASE("a node: what was asked over a connection that was lost does not end the next one") {
  member_and_exchange f;
  f.pass(10);
  REQUIRE(f.count("connected") == 1);
  REQUIRE(f.count("lost") == 0);
  f.script.answers = false;
  f.pass(19);  // not yet the two seconds after which it takes the exchange for lost
  CHECK(f.script.unanswered.size() > 5);
  REQUIRE(f.count("lost") == 0);
  f.script.answers = true;
  f.pass(50);
  CHECK(f.count("connected") == 2);
  CHECK(f.count("lost: the exchange: ") == 1);
  CHECK(f.count("lost") == 1);
}
