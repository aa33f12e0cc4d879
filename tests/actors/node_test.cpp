// A whole node over a real store: gateway, queries, shard, replicas, journal, vault, projector,
// notification and dispatcher at work together, real threads, real LMDB (not synced).
#include "actors/node.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <set>

#include "actors/local_node.hpp"
#include "actors/notification_core.hpp"
#include "actors/protocol.hpp"
#include "messages/ebts/reader.hpp"
#include "tests/actors/node_fixture.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::test;

TEST_CASE("node: a booking of a known person is a hit in both galleries, answered and queried") {
  node_fixture f;
  f.import_people({1, 2, 3});
  auto node = f.start();
  const auto reply = node->submit(f.booking(2, 1));
  REQUIRE_MESSAGE(reply.has_value(), (reply ? "" : reply.error().message));
  CHECK(!reply->duplicate);
  REQUIRE(node->drain().has_value());
  const auto row = f.store().bookings->get(reply->booking);
  REQUIRE(row.has_value());
  REQUIRE(storage::is_final(row->criminal));
  CHECK(row->criminal->decision == answer_decision::hit);
  CHECK(row->criminal->subject == node_fixture::subject_of(2));
  REQUIRE(storage::is_final(row->immigration));
  CHECK(row->immigration->decision == answer_decision::hit);
  CHECK(f.store().cases->count() == 1);
  const auto messages = f.store().outbox->of_booking(reply->booking);
  REQUIRE(messages.has_value());
  std::set<std::string> kinds;
  for (const auto& m : *messages) {
    kinds.insert(m.queued.kind);
    CHECK(m.delivered.has_value());
  }
  CHECK(kinds == std::set<std::string>{"SRE", "IAQ"});
}

TEST_CASE("node: an unknown person of a retained booking is enrolled, and found the next time") {
  node_fixture f;
  f.import_people({1});
  auto node = f.start();
  const auto first = node->submit(f.booking(5, 1));
  REQUIRE(first.has_value());
  REQUIRE(node->drain().has_value());
  const auto second = node->submit(f.booking(5, 2));
  REQUIRE(second.has_value());
  REQUIRE(node->drain().has_value());
  const auto a = f.store().bookings->get(first->booking),
             b = f.store().bookings->get(second->booking);
  CHECK(a->criminal->decision == answer_decision::no_hit);
  CHECK(a->immigration->decision == answer_decision::no_hit);
  CHECK(b->criminal->decision == answer_decision::hit);
  CHECK(b->criminal->subject == a->criminal->subject);
  CHECK(b->immigration->decision == answer_decision::no_hit);  // the probe left no trace there
  // The probe's key of the immigration search is gone.
  REQUIRE(a->accepted.immigration_prints.has_value());
  const auto opened = f.store().keys->open(*a->accepted.immigration_prints);
  REQUIRE(!opened.has_value());
  CHECK(opened.error().code == errc::purged);
}

TEST_CASE("node: twin bookings of one new person become one record (sent at once)") {
  node_fixture f;
  f.import_people({1});
  auto node = f.start();
  std::vector<submission> twins;
  for (std::uint32_t impression = 1; impression <= 6; ++impression)
    twins.push_back(f.booking(9, impression));
  std::vector<booking_id> accepted;
  node->submit_all(twins, [&](std::size_t, const result<submitted>& r) {
    REQUIRE(r.has_value());
    accepted.push_back(r->booking);
  });
  REQUIRE(node->drain().has_value());
  std::set<subject_id> subjects;
  int enrolled = 0;
  for (booking_id b : accepted) {
    const auto row = f.store().bookings->get(b);
    REQUIRE(row->criminal.has_value());
    subjects.insert(row->criminal->subject);
    enrolled += row->criminal->decision == answer_decision::no_hit ? 1 : 0;
  }
  CHECK(subjects.size() == 1);
  CHECK(enrolled == 1);
}

TEST_CASE("node: the same transaction again is the same booking; other content is refused") {
  node_fixture f;
  f.import_people({1});
  auto node = f.start();
  const auto first = node->submit(f.booking(1, 1));
  const auto again = node->submit(f.booking(1, 1));
  REQUIRE(first.has_value());
  REQUIRE(again.has_value());
  CHECK(again->duplicate);
  CHECK(again->booking == first->booking);
  const auto other = node->submit(f.booking(1, 1, "SOMEBODY,ELSE"));
  REQUIRE(!other.has_value());
  CHECK(other.error().code == errc::content_mismatch);
  REQUIRE(node->drain().has_value());
  CHECK(f.store().bookings->count() == 1);
}

TEST_CASE("node: an inactive jurisdiction is searched in the criminal gallery alone") {
  node_fixture f;
  f.import_people({1});
  auto node = f.start(jurisdiction_mode::inactive);
  const auto reply = node->submit(f.booking(1, 1));
  REQUIRE(reply.has_value());
  REQUIRE(node->drain().has_value());
  const auto row = f.store().bookings->get(reply->booking);
  CHECK(row->criminal->decision == answer_decision::hit);
  CHECK(!row->immigration.has_value());
  CHECK(!row->accepted.immigration_prints.has_value());
  CHECK(f.store().cases->count() == 0);
}

TEST_CASE("node: a limited jurisdiction's agency hears nothing of the immigration side") {
  node_fixture f;
  f.import_people({1});
  auto node = f.start(jurisdiction_mode::limited);
  const auto unknown = node->submit(f.booking(4, 1));
  REQUIRE(unknown.has_value());
  REQUIRE(node->drain().has_value());
  const auto messages = f.store().outbox->of_booking(unknown->booking);
  REQUIRE(messages->size() == 1);
  CHECK(messages->front().queued.kind == "SRE");
}

TEST_CASE("node: bookings left open by a stop are taken up by the next start") {
  node_fixture f;
  f.import_people({1, 2});
  std::vector<booking_id> accepted;
  {
    auto node = f.start();
    std::vector<submission> many;
    for (std::uint32_t i = 1; i <= 8; ++i) many.push_back(f.booking(1 + i % 3, i));
    node->submit_all(many, [&](std::size_t, const result<submitted>& r) {
      REQUIRE(r.has_value());
      accepted.push_back(r->booking);
    });
  }  // stopped without waiting for answers
  f.reopen();
  auto node = f.start();
  REQUIRE(node->drain().has_value());
  for (booking_id b : accepted) {
    const auto row = f.store().bookings->get(b);
    REQUIRE(row.has_value());
    CHECK(storage::is_final(row->criminal));
    CHECK(storage::is_final(row->immigration));
  }
  for (stream_id s : all_streams) CHECK(storage::verify_stream(*f.store().log, s).has_value());
}

TEST_CASE("node: more than it takes is refused as overloaded, and taken later") {
  node_fixture f;
  f.import_people({1});
  auto node = f.start(jurisdiction_mode::full, 1);
  std::vector<submission> many;
  for (std::uint32_t i = 1; i <= 6; ++i) many.push_back(f.booking(20 + i, 1));
  std::size_t accepted = 0;
  node->submit_all(many, [&](std::size_t, const result<submitted>& r) { accepted += r ? 1 : 0; });
  REQUIRE(node->drain().has_value());
  CHECK(accepted == many.size());
  CHECK(f.store().bookings->count() == many.size());
}

TEST_CASE("node: a shard actor that throws is started again and the search completes") {
  node_fixture f;
  f.import_people({1});
  caf::actor_system_config config;
  config.set("logger.verbosity", caf::atom("quiet"));
  config.add_message_type<packet>("whorl::packet");
  caf::actor_system system{config};
  std::atomic<int> throws{3};
  node_settings settings = f.raw_settings(system);
  settings.gateway.query.request_timeout_ms = 300;  // a reply that never comes is noticed soon
  settings.shard.fault_hook = [&throws] {
    if (throws.fetch_sub(1) > 0) throw std::runtime_error("the shard falls");
  };
  auto node = system.spawn(node_supervisor, &f.store(), settings);
  {
    caf::scoped_actor self{system};
    booking_id booking;
    self->request(node, std::chrono::seconds(30), submit_atom::value, f.booking(1, 1))
        .receive([&](const submit_reply& r) { booking = r->booking; },
                 [&](const caf::error& e) { FAIL(system.render(e)); });
    self->send(node, drain_atom::value, caf::actor_cast<caf::actor>(self));
    self->receive([](caf::ok_atom) {});
    const auto row = f.store().bookings->get(booking);
    REQUIRE(row.has_value());
    CHECK(row->criminal->decision == answer_decision::hit);
    CHECK(throws.load() < 1);
  }
  caf::anon_send_exit(node, caf::exit_reason::user_shutdown);
}

TEST_CASE("node: bookings are followed to their last answers, as many together as asked") {
  node_fixture f;
  f.import_people({1, 2, 3});
  auto node = f.start();
  std::vector<submission> all;
  for (std::uint32_t impression : {1u, 2u})
    for (std::uint64_t person : {1u, 2u, 3u, 5u}) all.push_back(f.booking(person, impression));
  all.push_back(all.front());                     // the same booking again
  all.push_back({f.booking(1, 3).by, bytes(3)});  // no transaction
  for (const std::size_t together : {std::size_t{1}, std::size_t{3}}) {
    CAPTURE(together);
    std::uint64_t told = 0;
    const auto done = node->follow(
        together == 1 ? std::vector<submission>(all.begin(), all.begin() + 2)
                      : std::vector<submission>(all.begin() + 2, all.end()),
        together, std::chrono::seconds(60), [&](std::uint64_t n) { CHECK(n == ++told); });
    REQUIRE(done.has_value());
    REQUIRE(done->size() == (together == 1 ? 2 : 8));
    CHECK(told == done->size());
    for (std::size_t i = 0; i < (together == 1 ? 2u : 6u); ++i) {
      const followed& one = (*done)[i];
      REQUIRE(one.reply.has_value());
      CHECK(one.accepted_us > 0);
      CHECK(one.answered_us >= one.accepted_us);
    }
    if (together == 1) continue;
    REQUIRE((*done)[6].reply.has_value());
    CHECK((*done)[6].reply->duplicate);
    CHECK((*done)[6].answered_us == 0);
    CHECK(!(*done)[7].reply.has_value());
  }
  // Answered is durable: without waiting for anything, another start would find every answer.
  CHECK(f.store().log->tail(stream_id::bookings)->seq == 8 * 3);
  REQUIRE(node->drain().has_value());
  CHECK(f.store().bookings->open_bookings()->empty());
}

TEST_CASE("node: a look for newcomers waits for the fact that it asks for") {
  node_fixture f;
  f.import_people({1, 2, 3});
  auto node = f.start();
  for (const auto& size : {node->indexed({gallery_kind::criminal, 0}),
                           node->indexed({gallery_kind::immigration, 1})}) {
    REQUIRE(size.has_value());
    CHECK(size->people == 0);  // too few for a segment
  }
  const auto enrolled =
      node->follow({f.booking(5, 1), f.booking(6, 1)}, 1, std::chrono::seconds(60));
  REQUIRE(enrolled.has_value());
  const auto tail = f.store().log->tail(stream_id::criminal);
  REQUIRE(tail.has_value());
  REQUIRE(tail->seq == 2);
  const auto prints = admit(f.booking(6, 2), jurisdictions{}, "20111122");
  REQUIRE(prints.has_value());
  round_one_request request{{1}, gallery_kind::criminal, {}, tail->seq, tail->seq - 1, 8, {}};
  for (std::uint32_t p = 0; p < f.store().partition_count; ++p) request.partitions.push_back(p);
  request.what.prints = prints->prints;
  const auto reply = node->look(request);
  REQUIRE(reply.has_value());
  REQUIRE(reply->candidates.size() == 1);  // the others came before
  CHECK(reply->candidates[0].subject.value == enrolled->at(1).reply->booking.value);
}
