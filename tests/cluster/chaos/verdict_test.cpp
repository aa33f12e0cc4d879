// The judge of chaos finds each promise that is broken, and none where all are kept.
#include "tests/cluster/chaos/verdict.hpp"

#include <doctest/doctest.h>

using namespace whorl;
using namespace whorl::chaos;
using apps::client::arrival_record;
using apps::client::fate;

namespace {

constexpr booking_id known{1}, stranger{2}, retained{3};
constexpr subject_id mate{77};

booking_answered answer(booking_id booking, gallery_kind gallery, answer_decision decision) {
  booking_answered out;
  out.booking = booking;
  out.gallery = gallery;
  out.decision = decision;
  out.tail_seq = 5;
  for (std::uint32_t i = 0; i < 3; ++i) out.coverage.push_back({{gallery, i}, 1, 5, 10});
  return out;
}

struct small_run {
  journal_facts journal;
  std::map<booking_id, booked_person> acknowledged;

  small_run() {
    journal.partition_count = 3;
    for (const booking_id each : {known, stranger, retained}) {
      booking_accepted what;
      what.booking = each;
      what.mode = jurisdiction_mode::full;
      journal.accepted[each] = what;
      acknowledged[each] = {};
      acknowledged[each].person = each.value;
      for (const auto gallery : {gallery_kind::criminal, gallery_kind::immigration})
        journal.answers.push_back(answer(each, gallery, answer_decision::no_hit));
      journal.queued["message " + to_string(each)] = 1;
    }
    journal.answers[0].decision = answer_decision::hit;
    journal.answers[0].subject = mate;
    acknowledged[known].known_as = mate;
    subject_enrolled made;
    made.subject = {900};
    made.origin = retained;
    journal.enrolled.push_back(made);
  }
  broken_promises judged() const { return judge(journal, acknowledged); }
};

arrival_record answered(std::int64_t due_ms, std::int64_t took_ms) {
  arrival_record out;
  out.due_us = due_ms * 1000;
  out.answered_us = (due_ms + took_ms) * 1000;
  out.what = fate::answered;
  return out;
}

}  // namespace

TEST_CASE("chaos verdict: a run that keeps every promise has no complaint") {
  const auto of = small_run().judged();
  CHECK(of.complaints.empty());
  CHECK(of.accepted == 3);
  CHECK(of.unacknowledged == 0);
}

TEST_CASE("chaos verdict: each broken promise is counted and named") {
  small_run lost;
  lost.acknowledged[{4}] = {};
  CHECK(lost.judged().lost == 1);
  CHECK(lost.judged().complaints.size() == 1);

  small_run unanswered;
  unanswered.journal.answers.pop_back();
  CHECK(unanswered.judged().unanswered == 1);

  small_run twice;
  twice.journal.answers.push_back(twice.journal.answers[2]);
  CHECK(twice.judged().answered_twice == 1);

  small_run inactive;
  inactive.journal.accepted[stranger].mode = jurisdiction_mode::inactive;
  CHECK(inactive.judged().answered_twice == 1);  // one where none is due

  small_run failed;
  failed.journal.answers[2].decision = answer_decision::failed;
  CHECK(failed.judged().failed_answers == 1);

  small_run message;
  message.journal.queued["message B0000000000000001"] = 2;
  CHECK(message.judged().messages_twice == 1);

  small_run missing;
  missing.journal.answers[2].coverage.pop_back();
  CHECK(missing.judged().no_hit_without_coverage == 1);

  small_run behind;
  behind.journal.answers[3].coverage[1].applied_seq = 4;
  CHECK(behind.judged().no_hit_without_coverage == 1);

  small_run missed;
  missed.journal.answers[0].subject = {78};
  CHECK(missed.judged().missed_known == 1);

  small_run twins;
  twins.acknowledged[stranger].person = twins.acknowledged[retained].person;
  subject_enrolled again = twins.journal.enrolled[0];
  again.origin = stranger;
  again.subject = {901};
  twins.journal.enrolled.push_back(again);
  CHECK(twins.judged().enrolled_twice == 1);
  for (const small_run* each : {&lost, &unanswered, &twice, &inactive, &failed, &message, &missing,
                                &behind, &missed, &twins})
    CHECK(each->judged().complaints.size() == 1);
}

TEST_CASE("chaos verdict: what waits for a person is answered, what no 202 told of is counted") {
  small_run review;
  review.journal.answers[2].decision = answer_decision::review;
  CHECK(review.judged().complaints.empty());
  CHECK(review.judged().in_review == 1);
  small_run quiet;
  quiet.acknowledged.erase(stranger);
  CHECK(quiet.judged().complaints.empty());
  CHECK(quiet.judged().unacknowledged == 1);
}

TEST_CASE("chaos verdict: a booking counts for a fault that was near it alone") {
  const std::vector<fault> faults = {{fault_kind::node_killed, 0, 10'000, 12'000},
                                     {fault_kind::server_killed, 0, 30'000, 34'000},
                                     {fault_kind::node_frozen, 0, 33'000, 35'000}};
  const std::vector<arrival_record> all = {answered(1'000, 100), answered(9'500, 900),
                                           answered(12'000 + aftermath_ms, 200),
                                           answered(31'000, 700), answered(33'500, 5'000)};
  std::map<std::string, std::pair<std::uint64_t, std::int64_t>> of;
  for (const auto& each : latencies(all, faults, 60'000'000))
    of[each.what] = {each.bookings, each.answers.max.us / 1000};
  CHECK(of["all"] == std::pair<std::uint64_t, std::int64_t>{5, 5'000});
  CHECK(of["no fault"] == std::pair<std::uint64_t, std::int64_t>{2, 200});
  CHECK(of["any fault"] == std::pair<std::uint64_t, std::int64_t>{3, 5'000});
  CHECK(of["node_killed"] == std::pair<std::uint64_t, std::int64_t>{1, 900});
  CHECK(of["server_killed"] == std::pair<std::uint64_t, std::int64_t>{1, 700});
  CHECK_FALSE(of.contains("node_frozen"));
}

TEST_CASE("chaos verdict: the worst stall is the longest wait for any answer while one was due") {
  CHECK(worst_stall({}).worst_ms == 0);
  CHECK(worst_stall({answered(0, 100), answered(50'000, 300)}).worst_ms == 300);
  // The second was due at 1 s and answered at 9 s; others came at 2 s and 8 s.
  const auto of = worst_stall({answered(1'000, 8'000), answered(1'500, 500), answered(7'900, 100)});
  CHECK(of.worst_ms == 6'000);
  CHECK(of.at_ms == 2'000);
}
