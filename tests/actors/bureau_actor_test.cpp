// What a state's bureau keeps comes back in time, once, in order; and a node holds it over a
// restart. On CAF's testing scheduler, whose clock stands until a test moves it.
#include <caf/all.hpp>

#include <doctest/doctest.h>

#include "actors/node.hpp"
#include "actors/protocol.hpp"
#include "sim/cluster/testing_system.hpp"
#include "tests/actors/node_fixture.hpp"
#include "tests/actors/people.hpp"

namespace {

using namespace whorl;
using namespace whorl::actors;

resumed_booking booking(std::uint64_t id) {
  resumed_booking out;
  out.accepted.booking = {id};
  return out;
}

}  // namespace

TEST_CASE("bureau: what is held comes back when its time has come, in order, once") {
  sim::testing_config config;
  caf::actor_system system{config};
  auto& scheduler = sim::testing_scheduler(system);
  const time_source time{{1'000'000}, system.clock().now()};
  std::vector<std::uint64_t> back;
  auto gateway = system.spawn([&back](caf::event_based_actor*) -> caf::behavior {
    return {[&back](resume_atom, const resume_list& what) {
      for (const auto& one : what) back.push_back(one.accepted.booking.value);
    }};
  });
  auto bureau = system.spawn(bureau_actor, gateway, time);
  caf::anon_send(bureau, hold_atom::value, resume_list{booking(2)}, instant{1'000'000 + 9'000});
  caf::anon_send(bureau, hold_atom::value, resume_list{booking(1)}, instant{1'000'000 + 5'000});
  caf::anon_send(bureau, hold_atom::value, resume_list{booking(3)}, instant{1'000'000 + 9'000});
  scheduler.run();
  const auto pass = [&](int ms) {
    scheduler.advance_time(std::chrono::milliseconds(ms));
    scheduler.run();
  };
  CHECK(back.empty());
  pass(4'999);
  CHECK(back.empty());
  pass(1);
  CHECK(back == std::vector<std::uint64_t>{1});
  pass(4'000);
  CHECK(back == std::vector<std::uint64_t>{1, 2, 3});
  pass(1'000'000);
  CHECK(back.size() == 3);
  caf::anon_send_exit(bureau, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(gateway, caf::exit_reason::user_shutdown);
  scheduler.run();
}

TEST_CASE("bureau: a booking is accepted and not searched before its time, also over restarts") {
  whorl::test::node_fixture f;
  f.import_people({1});
  const auto start = [&](std::int64_t minutes) {
    local_node_settings settings;
    settings.modes.default_mode = jurisdiction_mode::full;
    settings.outbox_folder = f.answers_folder();
    settings.bureaus = {{"WH", minutes, ""}};
    auto node = local_node::start(f.store(), settings);
    REQUIRE(node.has_value());
    return *std::move(node);
  };
  const auto sent = f.booking(1, 2);
  booking_id id;
  {
    auto node = start(600);
    const auto taken = node->submit(sent);
    REQUIRE(taken.has_value());
    id = taken->booking;
    REQUIRE(node->drain().has_value());
    CHECK_FALSE(f.store().bookings->get(id)->criminal.has_value());
    // The same again is the same booking, while it is held too.
    const auto again = node->submit(sent);
    REQUIRE(again.has_value());
    CHECK(again->duplicate);
    for (const gauge& g : node->gauges())
      if (g.name == "bookings held by state bureaus") CHECK(g.now == 1);
  }
  f.reopen();
  {
    auto node = start(600);
    REQUIRE(node->drain().has_value());
    CHECK_FALSE(f.store().bookings->get(id)->criminal.has_value());
  }
  f.reopen();
  {
    auto node = start(0);
    REQUIRE(node->drain().has_value());
    CHECK(f.store().bookings->get(id)->criminal->decision == answer_decision::hit);
  }
}
