// The contract of every journal, templated on how one is made. `Factory` is default constructible;
// `std::unique_ptr<storage::journal> make()` gives a fresh, empty journal each time. The test
// program of an implementation includes this header and writes
// TEST_CASE_TEMPLATE_INVOKE(journal_contract, factory).
#pragma once

#include <rapidcheck.h>

#include <map>

#include "messages/limits.hpp"
#include "tests/storage/storage_support.hpp"

namespace whorl::test {

inline storage::append_request request(stream_id stream, const std::string& id,
                                       std::optional<std::uint64_t> expected = {},
                                       std::string_view payload = "payload") {
  return {stream, id, expected, to_bytes(payload)};
}

inline result<storage::append_outcome> append_one(storage::journal& log,
                                                  const storage::append_request& what) {
  auto outcomes = log.append(std::span(&what, 1));
  REQUIRE(outcomes.size() == 1);
  return std::move(outcomes.front());
}

/// What a journal should do, in a few lines: per stream the message ids in order.
struct journal_model {
  std::map<stream_id, std::vector<std::pair<std::string, bytes>>> streams;

  /// (code, kind, seq): code 0 when the append is fine.
  std::tuple<errc, storage::append_kind, std::uint64_t> append(const storage::append_request& r) {
    auto& facts = streams[r.stream];
    for (std::size_t i = 0; i < facts.size(); ++i)
      if (facts[i].first == r.message_id) return {errc{}, storage::append_kind::duplicate, i + 1};
    if (r.expected_seq && *r.expected_seq != facts.size())
      return {errc::conflict, storage::append_kind::appended, 0};
    facts.emplace_back(r.message_id, r.payload);
    return {errc{}, storage::append_kind::appended, facts.size()};
  }
};

/// One random batch against journal and model.
inline void check_batch(storage::journal& log, journal_model& model) {
  std::vector<storage::append_request> batch(*rc::gen::inRange<std::size_t>(1, 9));
  for (auto& r : batch) {
    r.stream = *rc::gen::elementOf(std::vector<stream_id>{stream_id::bookings, stream_id::cases});
    r.message_id = "m" + std::to_string(*rc::gen::inRange(0, 30));
    r.payload = bytes(*rc::gen::inRange<std::size_t>(0, 5000),
                      static_cast<std::byte>(*rc::gen::inRange(0, 256)));
    const std::uint64_t tail = model.streams[r.stream].size();
    if (*rc::gen::inRange(0, 3) == 0) r.expected_seq = tail + *rc::gen::inRange<unsigned>(0, 2);
  }
  const auto outcomes = log.append(batch);
  RC_ASSERT(outcomes.size() == batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto [code, kind, seq] = model.append(batch[i]);
    RC_ASSERT(code_of(outcomes[i]) == code);
    if (code != errc{}) continue;
    RC_ASSERT(outcomes[i]->kind == kind);
    RC_ASSERT(outcomes[i]->seq == seq);
  }
}

inline void check_equal(const storage::journal& log, journal_model& model) {
  for (const stream_id stream : {stream_id::bookings, stream_id::cases, stream_id::audit}) {
    const auto& expected = model.streams[stream];
    const auto facts = must(log.read(stream, 1, 10'000));
    RC_ASSERT(facts.size() == expected.size());
    for (std::size_t i = 0; i < facts.size(); ++i) {
      RC_ASSERT(facts[i].message_id == expected[i].first);
      RC_ASSERT(facts[i].payload == expected[i].second);
    }
    RC_ASSERT(must(storage::verify_stream(log, stream)) == expected.size());
  }
}

TEST_CASE_TEMPLATE_DEFINE("journal contract", Factory, journal_contract) {
  Factory factory;
  const auto log = factory.make();
  constexpr stream_id stream = stream_id::bookings;

  SUBCASE("journal: an empty stream has tail 0, no facts, and verifies") {
    CHECK(must(log->tail(stream)) == storage::stream_tail{});
    CHECK(must(log->read(stream, 1, 10)).empty());
    CHECK(!must(log->find(stream, "a")));
    CHECK(must(storage::verify_stream(*log, stream)) == 0);
  }
  SUBCASE("journal: facts are numbered from 1 per stream and chained") {
    const storage::append_request batch[] = {request(stream, "a"), request(stream_id::cases, "a"),
                                             request(stream, "b", {}, "other")};
    const auto outcomes = log->append(batch);
    CHECK(outcomes[0]->seq == 1);
    CHECK(outcomes[1]->seq == 1);
    CHECK(outcomes[2]->seq == 2);
    const auto facts = must(log->read(stream, 1, 10));
    REQUIRE(facts.size() == 2);
    CHECK(facts[0].previous == digest{});
    CHECK(facts[1].previous == facts[0].self);
    CHECK(facts[1].self == storage::fact_digest(facts[0].self, stream, 2, "b", to_bytes("other")));
    CHECK(must(log->tail(stream)) == storage::stream_tail{2, facts[1].self});
    CHECK(must(log->find(stream, "b")) == facts[1]);
    CHECK(must(storage::verify_stream(*log, stream)) == 2);
  }
  SUBCASE("journal: read begins where asked and stops at the limit") {
    for (int i = 1; i <= 5; ++i) must(append_one(*log, request(stream, std::to_string(i))));
    const auto facts = must(log->read(stream, 3, 2));
    REQUIRE(facts.size() == 2);
    CHECK(facts[0].seq == 3);
    CHECK(must(log->read(stream, 6, 2)).empty());
  }
  SUBCASE("journal: a message id is one fact (again later, again in one batch, other content)") {
    must(append_one(*log, request(stream, "x")));
    must(append_one(*log, request(stream, "a")));
    const auto again = must(append_one(*log, request(stream, "a", {}, "other content")));
    CHECK(again.kind == storage::append_kind::duplicate);
    CHECK(again.seq == 2);
    const storage::append_request twice[] = {request(stream, "b"), request(stream, "b")};
    const auto outcomes = log->append(twice);
    CHECK(outcomes[0]->kind == storage::append_kind::appended);
    CHECK(outcomes[1]->kind == storage::append_kind::duplicate);
    CHECK(outcomes[1]->seq == 3);
    CHECK(must(log->tail(stream)).seq == 3);
    CHECK(must(log->find(stream, "a"))->payload == to_bytes("payload"));
  }
  SUBCASE("journal: expected_seq is checked, after the duplicate test") {
    CHECK(must(append_one(*log, request(stream, "a", 0))).seq == 1);
    CHECK(code_of(append_one(*log, request(stream, "b", 0))) == errc::conflict);
    CHECK(code_of(append_one(*log, request(stream, "b", 2))) == errc::conflict);
    CHECK(must(append_one(*log, request(stream, "a", 77))).kind == storage::append_kind::duplicate);
    const storage::append_request batch[] = {request(stream, "c", 1), request(stream, "d", 1),
                                             request(stream, "e", 2)};
    const auto outcomes = log->append(batch);
    CHECK(outcomes[0]->seq == 2);
    CHECK(code_of(outcomes[1]) == errc::conflict);
    CHECK(outcomes[2]->seq == 3);
  }
  SUBCASE("journal: what follows from a request that is not appended is skipped with it") {
    must(append_one(*log, request(stream, "taken")));
    std::vector<storage::append_request> batch = {request(stream, "new"),
                                                  request(stream_id::audit, "of new"),
                                                  request(stream, "taken"),
                                                  request(stream_id::audit, "of taken"),
                                                  request(stream, "of taken 2"),
                                                  request(stream, "late", 77),
                                                  request(stream_id::audit, "of late"),
                                                  request(stream, "alone")};
    for (const std::size_t i : {1u, 3u, 4u, 6u}) batch[i].with_previous = true;
    const auto outcomes = log->append(batch);
    CHECK(outcomes[0]->kind == storage::append_kind::appended);
    CHECK(outcomes[1]->kind == storage::append_kind::appended);
    CHECK(outcomes[2]->kind == storage::append_kind::duplicate);
    CHECK(outcomes[3]->kind == storage::append_kind::skipped);
    CHECK(outcomes[4]->kind == storage::append_kind::skipped);  // also after one that was skipped
    CHECK(code_of(outcomes[5]) == errc::conflict);
    CHECK(outcomes[6]->kind == storage::append_kind::skipped);
    CHECK(outcomes[7]->kind == storage::append_kind::appended);
    CHECK(must(log->tail(stream_id::audit)).seq == 1);
    // Nothing comes before the first.
    batch = {request(stream, "first")};
    batch[0].with_previous = true;
    CHECK(log->append(batch)[0]->kind == storage::append_kind::skipped);
    // The same batch again, as after a lost answer: all of it is there already.
    batch = {request(stream, "new"), request(stream_id::audit, "of new")};
    batch[1].with_previous = true;
    CHECK(log->append(batch)[1]->kind == storage::append_kind::skipped);
  }
  SUBCASE("journal: limits are refused alone, the rest of the batch goes on") {
    storage::append_request batch[] = {request(stream, "a"), request(stream, ""),
                                       request(stream, std::string(limits::text_max + 1, 'x')),
                                       request(stream, "big"),
                                       request(stream, std::string(limits::text_max, 'x'))};
    batch[3].payload.resize(limits::wire_bytes_max + 1);
    const auto outcomes = log->append(batch);
    CHECK(outcomes[0]->seq == 1);
    CHECK(code_of(outcomes[1]) == errc::invalid_input);
    CHECK(code_of(outcomes[2]) == errc::limit_exceeded);
    CHECK(code_of(outcomes[3]) == errc::limit_exceeded);
    CHECK(outcomes[4]->seq == 2);
    const std::vector<storage::append_request> many(limits::journal_batch_max + 1,
                                                    request(stream, "z"));
    for (const auto& outcome : log->append(many)) CHECK(code_of(outcome) == errc::limit_exceeded);
    CHECK(must(log->tail(stream)).seq == 2);
  }
  SUBCASE("journal: facts of every size come back (none, a page, the largest)") {
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, std::size_t{2015}, std::size_t{4096}, std::size_t{70'000},
          limits::wire_bytes_max}) {
      auto what = request(stream, "size " + std::to_string(size));
      what.payload = bytes(size, std::byte{0x5a});
      must(append_one(*log, what));
      CHECK(must(log->find(stream, what.message_id))->payload == what.payload);
    }
    CHECK(must(storage::verify_stream(*log, stream)) == 6);
  }
  SUBCASE("journal: agrees with its model (random batches)") {
    CHECK(rc::check([&] {
      const auto fresh = factory.make();
      journal_model model;
      const int batches = *rc::gen::inRange(1, 12);
      for (int i = 0; i < batches; ++i) check_batch(*fresh, model);
      check_equal(*fresh, model);
    }));
  }
}

}  // namespace whorl::test
