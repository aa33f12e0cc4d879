// A journal that takes a booking after its sender was refused: it is accepted, so it is searched.
#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <thread>

#include "actors/protocol.hpp"
#include "messages/ebts/reader.hpp"
#include "tests/actors/barred_journal.hpp"
#include "tests/actors/node_fixture.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::test;

TEST_CASE("doubt: what the journal takes after its sender was refused is searched all the same") {
  node_fixture f;
  f.import_people({1, 2});
  barred_journal* bar = bar_journal(f.store());
  raw_node raw;
  node_settings settings = f.raw_settings(raw.system);
  // Long enough for what comes before the append, which alone stands still.
  settings.gateway.query.request_timeout_ms = 2'000;
  auto node = raw.system.spawn(node_supervisor, &f.store(), settings);
  const auto hand_in = [&](const submission& one) {
    std::optional<submit_reply> out;
    caf::scoped_actor self{raw.system};
    self->request(node, std::chrono::seconds(60), submit_atom::value, submission(one))
        .receive([&](const submit_reply& reply) { out = reply; },
                 [&](const caf::error& e) { FAIL(raw.system.render(e)); });
    return *out;
  };
  const auto check_answered = [&](const submission& one) {
    const auto whole = ebts::read_transaction(one.transaction);
    const booking_id id = booking_id_of(whole->ori(), whole->tcn());
    const auto answered = [&] {
      const auto row = f.store().bookings->get(id);
      return row && storage::is_final(row->criminal) && storage::is_final(row->immigration);
    };
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!answered() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    CHECK(answered());
  };
  // Of the first nobody reminds the gateway; the other is sent again, as its sender was told to.
  for (const bool reminded : {false, true}) {
    const submission one = f.booking(reminded ? 1 : 3, 1);
    bar->bar();
    const submit_reply refused = hand_in(one);
    REQUIRE(!refused);
    CHECK(refused.error().code == errc::unavailable);
    bar->lift();
    if (reminded) CHECK(hand_in(one).has_value());
    check_answered(one);
  }
  caf::anon_send_exit(node, caf::exit_reason::user_shutdown);
}
