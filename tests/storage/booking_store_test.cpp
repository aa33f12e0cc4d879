#include "storage/booking_store.hpp"

#include <sstream>

#include "projection_contract.hpp"

using namespace whorl;
using namespace whorl::storage;
using namespace whorl::test;

namespace {

booking_accepted booking(std::uint64_t id, jurisdiction_mode mode = jurisdiction_mode::full) {
  booking_accepted b;
  b.booking = {id};
  b.ori = "FL0130000";
  b.tcn = "TCN" + std::to_string(id);
  b.mode = mode;
  b.criminal_prints = closed_payload(id, key_purpose::probe_criminal);
  b.who = closed_payload(id, key_purpose::biographics);
  if (mode != jurisdiction_mode::inactive)
    b.immigration_prints = closed_payload(id, key_purpose::probe_immigration);
  return b;
}

booking_answered answer(std::uint64_t id, gallery_kind gallery, answer_decision decision) {
  booking_answered a;
  a.booking = {id};
  a.gallery = gallery;
  a.decision = decision;
  return a;
}

constexpr auto criminal = gallery_kind::criminal, immigration = gallery_kind::immigration;
using enum answer_decision;

struct booking_factory {
  std::unique_ptr<booking_store> make(const std::string& folder) {
    return must(open_booking_store(folder, false));
  }
  fact_stream facts() {
    fact_stream s(stream_id::bookings);
    s.add(booking(7));
    s.add(booking(3, jurisdiction_mode::inactive));
    s.add(answer(7, criminal, review));
    s.add(answer(3, criminal, no_hit));
    s.add(answer(7, criminal, hit));
    s.add(booking(9));
    return s;
  }
  std::string show(const booking_store& store) {
    std::ostringstream text;
    for (const booking_row& row : must(store.list(100))) {
      text << to_string(row.accepted.booking) << ' ' << row.accepted.tcn;
      for (const auto& one : {row.criminal, row.immigration})
        text << ' ' << (one ? std::string(to_string(one->decision)) : "-");
      text << '\n';
    }
    for (const booking_id id : must(store.open_bookings())) text << to_string(id) << '\n';
    return text.str();
  }
};

struct fixture {
  temp_folder folder;
  std::unique_ptr<booking_store> store = must(open_booking_store(folder.path().string(), false));
  fact_stream stream{stream_id::bookings};
  void apply(const fact& what) { must(store->apply(stream.from(stream.add(what)))); }
  bool is_open(std::uint64_t id) const {
    for (const booking_id one : must(store->open_bookings()))
      if (one.value == id) return true;
    return false;
  }
};

}  // namespace

TEST_CASE_TEMPLATE_INVOKE(projection_contract, booking_factory);

TEST_CASE("booking store: a booking is found by id and by ORI and TCN") {
  fixture f;
  f.apply(booking(7));
  CHECK(must(f.store->get({7})).accepted == booking(7));
  CHECK(must(f.store->find("FL0130000", "TCN7")) == booking_id{7});
  CHECK(code_of(f.store->find("FL0130000T", "CN7")) == errc::not_found);
  CHECK(code_of(f.store->get({8})) == errc::not_found);
  CHECK(f.store->count() == 1);
}

TEST_CASE("booking store: a second acceptance changes nothing") {
  fixture f;
  f.apply(booking(7));
  auto other = booking(7);
  other.tcn = "OTHER";
  f.apply(other);
  CHECK(must(f.store->get({7})).accepted.tcn == "TCN7");
  CHECK(code_of(f.store->find("FL0130000", "OTHER")) == errc::not_found);
  CHECK(must(f.store->open_bookings()).size() == 1);
}

TEST_CASE("booking store: a final answer stays, a review gives way") {
  fixture f;
  f.apply(booking(7));
  f.apply(answer(7, criminal, review));
  CHECK(must(f.store->get({7})).criminal->decision == review);
  f.apply(answer(7, criminal, hit));
  f.apply(answer(7, criminal, no_hit));
  f.apply(answer(7, criminal, review));
  CHECK(must(f.store->get({7})).criminal->decision == hit);
}

TEST_CASE(
    "booking store: an inactive booking has no immigration answer, an unknown one none at all") {
  fixture f;
  f.apply(booking(3, jurisdiction_mode::inactive));
  f.apply(answer(3, immigration, hit));
  f.apply(answer(4, criminal, hit));
  CHECK(!must(f.store->get({3})).immigration);
  CHECK(code_of(f.store->get({4})) == errc::not_found);
}

TEST_CASE("booking store: closed when nothing more will be said") {
  fixture f;
  for (const std::uint64_t id : {1, 2, 3, 4}) f.apply(booking(id));
  f.apply(booking(5, jurisdiction_mode::inactive));
  CHECK(must(f.store->open_bookings()).size() == 5);
  f.apply(answer(1, criminal, no_hit));
  CHECK(f.is_open(1));  // immigration still to come
  f.apply(answer(1, immigration, review));
  CHECK(f.is_open(1));
  f.apply(answer(1, immigration, no_hit));
  CHECK(!f.is_open(1));
  f.apply(answer(2, criminal, failed));
  CHECK(!f.is_open(2));  // the deadline passed for both
  f.apply(answer(3, immigration, review));
  f.apply(answer(3, criminal, failed));
  CHECK(f.is_open(3));  // an examiner still decides
  f.apply(answer(3, immigration, hit));
  CHECK(!f.is_open(3));
  f.apply(answer(4, immigration, hit));
  CHECK(f.is_open(4));
  f.apply(answer(5, criminal, hit));
  CHECK(!f.is_open(5));
  CHECK(must(f.store->open_bookings()) == std::vector<booking_id>{{4}});
}

TEST_CASE("booking store: newest first, as many as asked for") {
  fixture f;
  for (const std::uint64_t id : {5, 1, 9}) f.apply(booking(id));
  const auto rows = must(f.store->list(2));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].accepted.booking.value == 9);
  CHECK(rows[1].accepted.booking.value == 1);
}

TEST_CASE("booking store: an agency's, a state's, and those before one") {
  fixture f;
  for (const std::uint64_t id : {5, 1, 9, 2, 8}) {
    auto one = booking(id);
    one.ori = id == 1 || id == 2 ? "FL0990000" : id == 8 ? "GA0130000" : one.ori;
    f.apply(one);
  }
  const auto list = [&](std::size_t limit, const char* owner, std::uint64_t before = 0) {
    booking_range of{owner, std::nullopt};
    if (before != 0) of.before = booking_id{before};
    std::vector<std::uint64_t> ids;
    for (const auto& row : must(f.store->list(limit, of)))
      ids.push_back(row.accepted.booking.value);
    return ids;
  };
  using ids = std::vector<std::uint64_t>;
  CHECK(list(9, "FL0130000") == ids{9, 5});
  CHECK(list(9, "FL0990000") == ids{2, 1});
  CHECK(list(9, "FL") == ids{2, 9, 1, 5});
  CHECK(list(9, "GA") == ids{8});
  CHECK(list(9, "AL").empty());
  CHECK(list(2, "FL") == ids{2, 9});
  CHECK(list(9, "FL", 9) == ids{1, 5});
  CHECK(list(9, "FL0130000", 2) == ids{9, 5});
  CHECK(list(9, "FL", 5).empty());
  CHECK(list(9, "", 2) == ids{9, 1, 5});
  CHECK(code_of(f.store->list(9, {"", booking_id{77}})) == errc::not_found);
}

TEST_CASE("booking store: a fact that belongs elsewhere is passed over") {
  fixture f;
  f.apply(audit_row{});
  CHECK(f.store->applied().seq == 1);
  CHECK(f.store->count() == 0);
}
