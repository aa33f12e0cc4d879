// Ten times more than a node takes, at once: what is held stays within messages/limits, the surplus
// is refused as overloaded before acceptance, what was accepted is answered. Nothing here measures
// time: a journal that stands still until it is told to go on makes the bursts the same each run.
#include <doctest/doctest.h>

#include <atomic>
#include <caf/scheduler/test_coordinator.hpp>
#include <map>
#include <thread>

#include "actors/edges.hpp"
#include "actors/protocol.hpp"
#include "actors/search_actors.hpp"
#include "messages/ebts/reader.hpp"
#include "messages/ebts/writer.hpp"
#include "tests/actors/barred_journal.hpp"
#include "tests/actors/node_fixture.hpp"
#include "tests/actors/people.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::test;

namespace {

/// A new control number in place of the transaction's own, of the same length.
submission renumbered(const submission& from, std::size_t number) {
  std::string text = to_text(from.transaction);
  const std::size_t at = text.find("1.009:") + 6;
  const std::size_t length = text.find('\x1d', at) - at;
  std::string tcn = std::to_string(number);
  tcn = "B" + std::string(length - 1 - tcn.size(), '0') + tcn;
  text.replace(at, length, tcn);
  return {from.by, to_bytes(text)};
}

/// The same booking with a Type-4 record that fills the transaction to `size` bytes.
submission padded(const submission& from, std::size_t size) {
  auto whole = ebts::read_transaction(from.transaction);
  REQUIRE(whole.has_value());
  ebts::record image;
  image.type = 4;
  image.kind = ebts::record_kind::image;
  image.idc = image.image.idc = 90;
  image.data.resize(size - from.transaction.size() - 64, std::byte{0x5a});
  whole->records.push_back(std::move(image));
  return {from.by, ebts::write_transaction(*whole)};
}

std::map<std::string, gauge> gauges_of(caf::actor_system& system, const caf::actor& node) {
  std::map<std::string, gauge> by_name;
  caf::scoped_actor self{system};
  self->request(node, std::chrono::seconds(60), gauges_atom::value)
      .receive(
          [&](const gauge_list& all) {
            for (const gauge& g : all) by_name[g.name] = g;
          },
          [&](const caf::error& e) { FAIL(system.render(e)); });
  return by_name;
}

void check_within(const std::map<std::string, gauge>& all) {
  CHECK(all.size() == 11);
  for (const auto& [name, g] : all) CHECK_MESSAGE(g.peak <= g.limit, name, ": ", g.peak);
}

void drain(caf::actor_system& system, const caf::actor& node) {
  caf::scoped_actor self{system};
  self->send(node, drain_atom::value, caf::actor_cast<caf::actor>(self));
  self->receive([](caf::ok_atom) {});
}

}  // namespace

TEST_CASE(
    "burst: ten times what the door takes; the surplus is refused, nothing accepted is lost") {
  constexpr std::size_t copies = 4, in_flight = limits::submissions_waiting_max / copies;
  constexpr std::size_t all = 10 * limits::submissions_waiting_max, clients = 4;
  node_fixture f;
  f.import_people({1, 2});
  barred_journal* bar = bar_journal(f.store());
  raw_node raw;
  node_settings settings = f.raw_settings(raw.system);
  settings.gateway.in_flight_max = in_flight;
  settings.gateway.query.request_timeout_ms = 600'000;
  auto node = raw.system.spawn(node_supervisor, &f.store(), settings);
  const submission known = f.booking(1, 1), unknown = f.booking(3, 1);
  bar->bar();
  std::map<std::string, std::size_t> outcomes;
  {
    std::vector<std::unique_ptr<caf::scoped_actor>> senders;
    for (std::size_t c = 0; c < clients; ++c)
      senders.push_back(std::make_unique<caf::scoped_actor>(raw.system));
    using waiting =
        decltype((*senders[0])
                     ->request(node, std::chrono::seconds(3600), submit_atom::value, submission{}));
    std::vector<std::vector<waiting>> replies(clients);
    for (std::size_t i = 0; i < all; ++i) {  // each booking four times in a row
      const std::size_t booking = i / copies, client = i * clients / all;
      replies[client].push_back(
          (*senders[client])
              ->request(node, std::chrono::seconds(3600), submit_atom::value,
                        renumbered(booking % 2 == 0 ? known : unknown, booking)));
    }
    const auto take = [&](waiting& one) {
      one.receive(
          [&](const submit_reply& r) {
            ++outcomes[!r             ? std::string(to_string(r.error().code))
                       : r->duplicate ? "duplicate"
                                      : "accepted"];
          },
          [&](const caf::error& e) { FAIL(raw.system.render(e)); });
    };
    // All the others are refused while the journal stands still: before acceptance, not after.
    for (std::size_t c = 0; c < clients; ++c)
      for (std::size_t i = 0; i < replies[c].size(); ++i)
        if (c > 0 || i >= limits::submissions_waiting_max) take(replies[c][i]);
    CHECK(outcomes == std::map<std::string, std::size_t>{
                          {"overloaded", all - limits::submissions_waiting_max}});
    bar->lift();
    for (std::size_t i = 0; i < limits::submissions_waiting_max; ++i) take(replies[0][i]);
  }
  CHECK(outcomes["accepted"] == in_flight);
  CHECK(outcomes["duplicate"] == limits::submissions_waiting_max - in_flight);
  CHECK(outcomes["overloaded"] == all - limits::submissions_waiting_max);
  drain(raw.system, node);
  const auto held = gauges_of(raw.system, node);
  check_within(held);
  CHECK(held.at("submissions waiting").peak == limits::submissions_waiting_max);
  CHECK(held.at("submissions waiting").now == 0);
  CHECK(held.at("bytes of submissions waiting").now == 0);
  CHECK(held.at("bookings in flight").peak == in_flight);
  CHECK(held.at("bookings in flight").now == 0);
  CHECK(f.store().bookings->count() == in_flight);
  for (std::size_t b = 0; b < in_flight; ++b) {
    const auto whole =
        ebts::read_transaction(renumbered(b % 2 == 0 ? known : unknown, b).transaction);
    const auto row = f.store().bookings->get(booking_id_of(whole->ori(), whole->tcn()));
    REQUIRE(row.has_value());
    CHECK(storage::is_final(row->criminal));
    CHECK(storage::is_final(row->immigration));
  }
  caf::anon_send_exit(node, caf::exit_reason::user_shutdown);
}

TEST_CASE("burst: copies of one booking beyond their number are refused, the others answered") {
  node_fixture f;
  f.import_people({1});
  raw_node raw;
  node_settings settings = f.raw_settings(raw.system);
  settings.gateway.query.request_timeout_ms = 600'000;
  auto node = raw.system.spawn(node_supervisor, &f.store(), settings);
  const submission one = f.booking(1, 1);
  std::size_t accepted = 0, duplicates = 0, overloaded = 0;
  {
    caf::scoped_actor self{raw.system};
    for (std::size_t i = 0; i < 10 * limits::copies_waiting_max; ++i)
      self->send(node, submit_atom::value, submission(one));
    for (std::size_t i = 0; i < 10 * limits::copies_waiting_max; ++i)
      self->receive([&](const submit_reply& r) {
        accepted += r && !r->duplicate ? 1 : 0;
        duplicates += r && r->duplicate ? 1 : 0;
        overloaded += !r && r.error().code == errc::overloaded ? 1 : 0;
      });
  }
  CHECK(accepted == 1);
  CHECK(accepted + duplicates + overloaded == 10 * limits::copies_waiting_max);
  drain(raw.system, node);
  check_within(gauges_of(raw.system, node));
  CHECK(f.store().bookings->count() == 1);
  caf::anon_send_exit(node, caf::exit_reason::user_shutdown);
}

TEST_CASE("burst: where there is no room a new booking is refused unread, a copy is answered") {
  node_fixture f;
  f.import_people({1});
  barred_journal* bar = bar_journal(f.store());
  raw_node raw;
  node_settings settings = f.raw_settings(raw.system);
  settings.gateway.in_flight_max = 1;
  settings.gateway.query.request_timeout_ms = 600'000;
  auto node = raw.system.spawn(node_supervisor, &f.store(), settings);
  const submission one = f.booking(1, 1);
  submission broken = renumbered(one, 2), foreign = renumbered(one, 3), nothing{one.by, bytes(3)};
  broken.transaction.resize(broken.transaction.size() / 2);  // the first record stands
  foreign.by.ori = "ZZPD00077";
  bar->bar();
  caf::scoped_actor self{raw.system};
  const auto say = [&](const submission& what) {
    return self->request(node, std::chrono::seconds(600), submit_atom::value, what);
  };
  const auto code_of = [&](auto pending) {
    std::string code;
    pending.receive(
        [&](const submit_reply& r) {
          code = !r ? std::string(to_string(r.error().code)) : r->duplicate ? "again" : "taken";
        },
        [&](const caf::error& e) { FAIL(raw.system.render(e)); });
    return code;
  };
  auto first = say(one), copy = say(one);
  CHECK(code_of(say(broken)) == "overloaded");
  CHECK(code_of(say(foreign)) == "forbidden");
  CHECK(code_of(say(nothing)) == "invalid_input");
  bar->lift();
  CHECK(code_of(std::move(first)) == "taken");
  CHECK(code_of(std::move(copy)) == "again");
  drain(raw.system, node);
  CHECK(code_of(say(broken)) == "invalid_input");  // there is room: it is read
  CHECK(f.store().bookings->count() == 1);
  caf::anon_send_exit(node, caf::exit_reason::user_shutdown);
}

TEST_CASE("burst: transactions of 8 MB from several callers stay within the door's bytes") {
  node_fixture f;
  f.import_people({1});
  auto node = f.start();
  const submission large = padded(f.booking(1, 1), limits::transaction_bytes_max - 4096);
  std::vector<submission> all;  // ten of them: more than the door takes at once
  for (std::size_t i = 0; i < 10; ++i) all.push_back(renumbered(large, i));
  std::atomic<std::size_t> accepted{0}, duplicates{0}, refused{0};
  std::vector<std::thread> callers;
  for (int c = 0; c < 3; ++c)
    callers.emplace_back([&] {
      node->submit_all(all, [&](std::size_t, const result<submitted>& r) {
        if (!r) ++refused;
        if (r) ++(r->duplicate ? duplicates : accepted);
      });
    });
  for (auto& c : callers) c.join();
  CHECK(refused == 0);  // a caller that waits is let in when there is room
  CHECK(accepted == all.size());
  CHECK(duplicates == 2 * all.size());
  REQUIRE(node->drain().has_value());
  std::map<std::string, gauge> held;
  for (const gauge& g : node->gauges()) held[g.name] = g;
  check_within(held);
  CHECK(held.at("bytes of submissions waiting").peak > limits::transaction_bytes_max);
  CHECK(f.store().bookings->count() == all.size());
  const auto too_large = node->submit({large.by, bytes(limits::transaction_bytes_max + 1)});
  REQUIRE(!too_large);
  CHECK(too_large.error().code == errc::limit_exceeded);
}

TEST_CASE("burst: appends beyond one commit become several (one request larger than a commit)") {
  node_fixture f;
  barred_journal* bar = bar_journal(f.store());
  raw_node raw;
  {
    caf::scoped_actor self{raw.system};
    auto journal = self->spawn(journal_actor, f.store().log.get());
    const auto batch_of = [](std::size_t count, const std::string& name) {
      append_batch batch;
      for (std::size_t i = 0; i < count; ++i)
        batch.push_back({stream_id::audit, name + std::to_string(i), std::nullopt,
                         wire::encode(fact(audit_row{{1}, "a", "b", "c", "d", "e", "f"}))});
      return batch;
    };
    const std::size_t large = 2 * limits::journal_batch_max + 7;
    self->request(journal, caf::infinite, append_atom::value, batch_of(large, "large"))
        .receive(
            [&](const append_reply& r) {
              CHECK(r.size() == large);
              for (const auto& outcome : r) REQUIRE(outcome.has_value());
            },
            [&](const caf::error& e) { FAIL(raw.system.render(e)); });
    for (int i = 0; i < 50; ++i)
      self->send(journal, append_atom::value, batch_of(100, "n" + std::to_string(i) + "/"));
    for (int i = 0; i < 50; ++i)
      self->receive([&](const append_reply& r) {
        CHECK(r.size() == 100);
        for (const auto& outcome : r) REQUIRE(outcome.has_value());
      });
    self->send_exit(journal, caf::exit_reason::user_shutdown);
  }
  CHECK(bar->largest() <= limits::journal_batch_max);
  CHECK(f.store().log->tail(stream_id::audit)->seq == 2 * limits::journal_batch_max + 7 + 5000);
}

TEST_CASE("burst: scans that wait for a projection are bounded; given up ones make room") {
  node_fixture f;
  f.import_people({1});
  raw_node raw;
  {
    caf::scoped_actor self{raw.system};
    const storage::gallery_partition* partition = f.store().criminal[0].get();
    const std::uint64_t applied = partition->applied().seq;
    auto replica =
        self->spawn(replica_actor, borrowed(*partition), applied, caf::actor(), caf::actor());
    const auto watch = std::make_shared<job_watch>();
    scan_job job;
    job.tail_seq = applied + 1;
    job.probe = actors::test::must(prepare({{1}, actors::test::prints_of(1, 0)}));
    job.watch = watch;
    const auto ask = [&](std::size_t count) {
      for (std::size_t i = 0; i < count; ++i)
        self->send(replica, scan_atom::value, scan_job_ptr(std::make_shared<scan_job>(job)));
    };
    const auto take = [&](std::size_t count, const char* reason) {
      for (std::size_t i = 0; i < count; ++i)
        self->receive([&](const scan_outcome& o) {
          REQUIRE(o.missing.size() == 1);
          CHECK(o.missing[0].reason == reason);
        });
    };
    ask(limits::scans_parked_max + 9 * limits::scans_parked_max);
    take(9 * limits::scans_parked_max, "too many searches wait for this partition");
    watch->given_up = true;
    job.watch = nullptr;
    ask(1);  // finds room, since those who gave up are answered and dropped
    take(limits::scans_parked_max, "the search was given up");
    self->send(replica, applied_atom::value, partition->follows(), applied + 1);
    self->receive([&](const scan_outcome& o) { CHECK(o.coverage.size() == 1); });
    self->send_exit(replica, caf::exit_reason::user_shutdown);
  }
}

TEST_CASE("burst: bookings that cannot be searched end at their deadline (one timer for all)") {
  node_fixture f;
  f.import_people({1});
  raw_node raw;
  node_settings settings = f.raw_settings(raw.system);
  settings.gateway.query.request_timeout_ms = 50;
  settings.gateway.booking_deadline_ms = 400;
  settings.shard.fault_hook = [] { throw std::runtime_error("the shard falls"); };
  auto node = raw.system.spawn(node_supervisor, &f.store(), settings);
  const submission one = f.booking(1, 1);
  {
    caf::scoped_actor self{raw.system};
    for (std::size_t i = 0; i < 5; ++i)
      self->request(node, std::chrono::seconds(60), submit_atom::value, renumbered(one, i))
          .receive([&](const submit_reply& r) { REQUIRE(r.has_value()); },
                   [&](const caf::error& e) { FAIL(raw.system.render(e)); });
  }
  drain(raw.system, node);
  const auto open = f.store().bookings->open_bookings();
  REQUIRE(open.has_value());
  CHECK(open->empty());
  for (std::size_t i = 0; i < 5; ++i) {
    const auto whole = ebts::read_transaction(renumbered(one, i).transaction);
    const auto row = f.store().bookings->get(booking_id_of(whole->ori(), whole->tcn()));
    REQUIRE(row.has_value());
    CHECK(row->criminal->decision == answer_decision::failed);
    CHECK(row->immigration->decision == answer_decision::failed);
  }
  caf::anon_send_exit(node, caf::exit_reason::user_shutdown);
}
