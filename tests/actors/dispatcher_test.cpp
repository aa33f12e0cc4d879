// What the dispatcher does when a message cannot be delivered, or its delivery not be noted. On
// CAF's testing scheduler, whose clock stands until a test moves it.
#include <caf/all.hpp>

#include <doctest/doctest.h>

#include "actors/edges.hpp"
#include "actors/protocol.hpp"
#include "sim/cluster/testing_system.hpp"
#include "tests/actors/node_fixture.hpp"

namespace {

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::test;

/// A store with one message that is to be delivered, and a system that stands still.
struct one_message {
  node_fixture f;
  sim::testing_config config;
  caf::actor_system system{config};
  caf::actor dispatcher;

  one_message() {
    const auto sealed = f.store().keys->seal(
        std::vector<storage::seal_request>{{{1, key_purpose::biographics}, to_bytes("an answer")}});
    REQUIRE(sealed.has_value());
    const message_queued queued{"m1", {1}, "somebody", "SRE", {1}, sealed->front()};
    const storage::append_request request{stream_id::outbox, "m1", std::nullopt,
                                          wire::encode(fact(queued))};
    REQUIRE(f.store().log->append(std::span(&request, 1))[0].has_value());
    REQUIRE(storage::catch_up(*f.store().log, *f.store().outbox).has_value());
  }
  ~one_message() {
    caf::anon_send_exit(dispatcher, caf::exit_reason::user_shutdown);
    run();
  }
  void start(const caf::actor& journal, deliver_function deliver) {
    dispatcher = system.spawn(dispatcher_actor,
                              static_cast<const storage::outbox_store*>(f.store().outbox.get()),
                              static_cast<const storage::keyring*>(f.store().keys.get()), journal,
                              time_source{}, std::move(deliver));
  }
  void wake() {
    caf::anon_send(dispatcher, applied_atom::value, stream_id::outbox, std::uint64_t{1});
    run();
  }
  void run() { sim::testing_scheduler(system).run(); }
  void pass_a_second() {
    sim::testing_scheduler(system).advance_time(std::chrono::seconds(1));
    run();
  }
};

/// Refuses so many batches, then takes them.
caf::behavior refusing_journal(caf::event_based_actor*, int* left, int* taken) {
  return {
      [=](append_atom, const append_batch& batch) -> append_reply {
        if ((*left)-- > 0)
          return append_reply(batch.size(), make_error(errc::io, "the disk is full"));
        ++*taken;
        return append_reply(batch.size(), storage::append_outcome{});
      },
  };
}

}  // namespace

TEST_CASE("dispatcher: a message that cannot be delivered is tried by one timer, however woken") {
  one_message m;
  int tries = 0;
  m.start({}, [&tries](const message_queued&, const bytes&) -> result<std::string> {
    ++tries;
    return make_error(errc::io, "the disk is full");
  });
  for (int i = 0; i < 10; ++i) m.wake();
  CHECK(tries == 10);
  for (int second = 1; second <= 3; ++second) {
    m.pass_a_second();
    CHECK(tries == 10 + second);
  }
}

TEST_CASE(
    "dispatcher: a delivery that the journal refuses is noted later, though nothing happens") {
  one_message m;
  int left = 2, taken = 0;
  m.start(m.system.spawn(refusing_journal, &left, &taken),
          [](const message_queued&, const bytes&) -> result<std::string> {
            return std::string("a file");
          });
  m.wake();
  CHECK(taken == 0);
  m.pass_a_second();
  CHECK(taken == 0);
  m.pass_a_second();
  CHECK(taken == 1);
}
