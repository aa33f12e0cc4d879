// A search with prints of no booking, on a whole node.
#include "actors/identify.hpp"

#include <doctest/doctest.h>

#include "actors/probe_core.hpp"
#include "messages/ebts/reader.hpp"
#include "messages/wire.hpp"
#include "tests/actors/node_fixture.hpp"
#include "tests/actors/people.hpp"

using namespace whorl;
using namespace whorl::actors;
using namespace whorl::test;
using namespace whorl::actors::test;

namespace {

std::vector<probe_print> prints_of(const node_fixture& f, std::uint64_t person) {
  const auto booked = f.booking(person, 9);
  const auto whole = ebts::read_transaction(booked.transaction);
  REQUIRE(whole);
  return must(probe_prints_of(*whole));
}

}  // namespace

TEST_CASE("identify: finds whom a booking would find, in the gallery asked, and writes nothing") {
  node_fixture f;
  f.import_people({1, 2, 3, 4, 5});
  const auto node = f.start();
  const auto before = must(f.store().log->tail(stream_id::criminal)).seq;
  for (const auto gallery : {gallery_kind::criminal, gallery_kind::immigration}) {
    const identified found = must(node->identify(gallery, prints_of(f, 3)));
    CHECK(found.people == 5);
    REQUIRE(!found.candidates.empty());
    CHECK(found.candidates.front().subject == node_fixture::subject_of(3));
    CHECK(score_of(found.candidates.front()) > 600);
  }
  const identified stranger = must(node->identify(gallery_kind::criminal, prints_of(f, 77)));
  for (const auto& c : stranger.candidates) CHECK(score_of(c) < 400);
  CHECK(must(f.store().log->tail(stream_id::criminal)).seq == before);
  CHECK(must(f.store().log->tail(stream_id::bookings)).seq == 0);
}

TEST_CASE("identify: prints that cannot be searched are refused at once") {
  node_fixture f;
  const auto node = f.start();
  const auto refused = node->identify(gallery_kind::criminal, {{1, bytes(10)}});
  REQUIRE(!refused);
  CHECK(refused.error().code == errc::invalid_input);
  CHECK(!node->identify(gallery_kind::criminal, {}));
}

TEST_CASE("identify: who is deleted is not found any more, and destroyed keys stay destroyed") {
  node_fixture f;
  f.import_people({1, 2});
  const auto node = f.start();
  const subject_id gone = node_fixture::subject_of(1);
  const auto appended =
      node->append({{stream_id::criminal, "gone", std::nullopt,
                     wire::encode(fact(subject_deleted{gone, {}, "clerk", "order"}))}});
  REQUIRE(appended.front());
  // The search reads the tail first, so it waits for the deletion (promise 8).
  const identified found = must(node->identify(gallery_kind::criminal, prints_of(f, 1)));
  CHECK(found.people == 1);
  for (const auto& c : found.candidates) CHECK(c.subject != gone);
  const key_id key{gone.value, key_purpose::record_criminal};
  REQUIRE(node->destroy({key}));
  CHECK(!must(f.store().keys->is_live(key)));
}
