// What the comparison at the end of a run sees: a row that the journal does not give, and a score
// that the exchange's own partition does not give.
#include "sim/cluster/end_of_run.hpp"

#include <doctest/doctest.h>

#include "messages/wire.hpp"
#include "sim/cluster/scenario.hpp"
#include "sim/cluster/start_store.hpp"
#include "storage/layout.hpp"
#include "storage/passing_journal.hpp"
#include "tests/storage/storage_support.hpp"

using namespace whorl;
using namespace whorl::sim;
using whorl::test::must;

namespace {

/// The start store, with a journal of one audit row in it.
struct ended_store {
  ended_store() {
    must(make_start_store(where));
    const audit_row row{{1}, "clerk", "sib", "read", "b1", "identification", ""};
    const storage::append_request one{stream_id::audit, "row", std::nullopt,
                                      wire::encode(fact(row))};
    must(journal.append(std::span(&one, 1)).front());
    static_cast<void>(open());
  }
  std::unique_ptr<storage::store> open() {
    return must(storage::open_store(where, {room_bytes, false},
                                    std::make_unique<storage::passing_journal>(journal)));
  }
  test::temp_folder folder{folder_for_runs()};
  std::string where = (folder.path() / "store").string();
  simulated_journal journal;
};

}  // namespace

TEST_CASE("end of a run: projections are what the journal makes of them, or are named") {
  ended_store ended;
  CHECK(unlike_projections(ended.where, ended.journal).empty());
  {
    const auto env =
        must(storage::lmdb::environment::open(ended.where + "/audit", storage::layout::audit));
    auto txn = must(env->write());
    must(txn.put(env->at(2), storage::key_of(7, 7), storage::empty_value));
    must(txn.commit());
  }
  const auto unlike = unlike_projections(ended.where, ended.journal);
  REQUIRE(unlike.size() == 1);
  CHECK(unlike.front().find("should not be there") != std::string::npos);
}

TEST_CASE("end of a run: scores and their order are those of the exchange's own partitions") {
  ended_store ended;
  run_options options;
  options.plan = fault_plan{};
  world_state world(options, ended.where);
  world.journal = std::make_shared<simulated_journal>();
  client_record client;
  client.acknowledged = true;
  client.booking = {0xb1};
  world.clients.push_back(client);  // the first booking planned, of person 0
  booking_answered answer;
  answer.booking = client.booking;
  answer.gallery = gallery_kind::criminal;
  answer.decision = answer_decision::hit;
  answer.subject = scenario::subject_of(0);
  const auto store = ended.open();
  const auto told = [&](std::vector<scored_candidate> candidates) {
    answer.candidates = std::move(candidates);
    const std::string id = std::to_string(world.journal->tail(stream_id::bookings)->seq);
    const storage::append_request one{stream_id::bookings, id, std::nullopt,
                                      wire::encode(fact(answer))};
    must(world.journal->append(std::span(&one, 1)).front());
    return unlike_scores(world, *store).size();
  };
  scored_candidate nobody{{0x99}, {0x99}, 70, 4, 0, {}};
  CHECK(told({nobody}) == 0);  // deleted since
  scored_candidate other = nobody;
  other.subject = other.identity = {0x98};
  CHECK(told({nobody, other}) == 1);  // of two alike the lower number comes first
  CHECK(told({{answer.subject, answer.subject, 1, 4, 0, {}}}) == 2);
}
