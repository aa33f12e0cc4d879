// The bridge: an answer, a refusal and a node that is gone each come back once, by the call's own
// function.
#include <doctest/doctest.h>

#include <future>

#include "actors/protocol.hpp"
#include "tests/support.hpp"

namespace whorl::test {

using namespace actors;

namespace {

/// A node that takes every booking but those of no bytes, and every fact.
caf::behavior stub_node(caf::event_based_actor*) {
  return {[](submit_atom, const submission& what) -> submit_reply {
            if (what.transaction.empty()) return make_error(errc::invalid_input, "empty");
            return submitted{booking_id{what.transaction.size()}, false, {}};
          },
          [](append_atom, const append_batch& batch) {
            return append_reply(batch.size(), storage::append_outcome{});
          }};
}

struct bridge_fixture {
  caf::actor_system_config config;
  caf::actor_system system{config};
  caf::actor node = system.spawn(stub_node);
  caf::actor bridge = system.spawn(bridge_actor, node);
  ~bridge_fixture() {
    caf::anon_send_exit(bridge, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(node, caf::exit_reason::user_shutdown);
    bridge = node = nullptr;
  }
  submit_reply submit(std::size_t size) {
    std::promise<submit_reply> said;
    caf::anon_send(bridge, std::make_shared<bridged_submit>(
                               bridged_submit{{{}, bytes(size), nullptr},
                                              [&](const submit_reply& r) { said.set_value(r); }}));
    return said.get_future().get();
  }
  append_reply append(std::size_t count) {
    std::promise<append_reply> said;
    caf::anon_send(bridge,
                   std::make_shared<bridged_append>(bridged_append{
                       append_batch(count), [&](const append_reply& r) { said.set_value(r); }}));
    return said.get_future().get();
  }
};

}  // namespace

TEST_CASE("bridge: answers and refusals come back to the call they belong to") {
  bridge_fixture world;
  const auto taken = world.submit(7);
  REQUIRE(taken);
  CHECK(taken->booking.value == 7);
  CHECK(world.submit(0).error().code == errc::invalid_input);
  CHECK(world.append(3).size() == 3);
}

TEST_CASE("bridge: a node that is gone is an error, not silence") {
  bridge_fixture world;
  caf::anon_send_exit(world.node, caf::exit_reason::kill);
  CHECK(world.submit(7).error().code == errc::unavailable);
  const auto outcomes = world.append(2);
  REQUIRE(outcomes.size() == 1);
  CHECK(outcomes.front().error().code == errc::unavailable);
}

}  // namespace whorl::test
