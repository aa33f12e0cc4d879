// Each checker sees what it is for: journals that keep everything, and one that breaks one promise.
#include "sim/cluster/checkers.hpp"

#include <doctest/doctest.h>

#include "messages/wire.hpp"
#include "sim/cluster/scenario.hpp"
#include "tests/storage/storage_support.hpp"

using namespace whorl;
using namespace whorl::sim;
using whorl::test::must;

namespace {

constexpr booking_id first{0xb1};

/// A run of one booking, of a person who is in no gallery, that kept every promise.
class told_run {
 public:
  told_run() {
    run.journal = journal;
    run.at_rest = true;
    client_record c;
    c.planned = planned_of(8);
    c.acknowledged = true;
    c.booking = first;
    run.clients.push_back(c);
  }
  void add(stream_id stream, const fact& what) {
    const storage::append_request one{stream, std::to_string(++facts_), std::nullopt,
                                      wire::encode(what)};
    for (const auto& done : journal->append(std::span(&one, 1))) REQUIRE(done.has_value());
  }
  void accept(booking_id booking = first, const std::string& tcn = "T1",
              jurisdiction_mode mode = jurisdiction_mode::full) {
    booking_accepted a;
    a.booking = booking;
    a.ori = "WH0000001";
    a.tcn = tcn;
    a.accepted_at = {1000};
    a.deadline_at = {2000};
    a.mode = mode;
    add(stream_id::bookings, a);
    record("accept booking");
  }
  void record(const std::string& action) {
    add(stream_id::audit,
        audit_row{{1000}, "whorl", "gateway", action, to_string(first), "identification", ""});
  }
  static booking_answered answer(gallery_kind gallery, answer_decision decision,
                                 subject_id subject = {}) {
    booking_answered a;
    a.booking = first;
    a.gallery = gallery;
    a.decision = decision;
    a.subject = subject;
    a.answered_at = {1500};
    for (std::uint32_t i = 0; i < 2; ++i) a.coverage.push_back({{gallery, i}, 1, 0, 5});
    return a;
  }
  void enrol_and_tell() {
    subject_enrolled e;
    e.subject = {0x77};
    e.origin = first;
    add(stream_id::criminal, e);
    add(stream_id::bookings, answer(gallery_kind::criminal, answer_decision::no_hit, {0x77}));
    add(stream_id::bookings, answer(gallery_kind::immigration, answer_decision::no_hit));
    tell(to_string(first) + "/criminal");
  }
  void tell(const std::string& message, const std::string& kind = "SRE") {
    message_queued q;
    q.message = message;
    q.booking = first;
    q.kind = kind;
    q.recipient = "WH0000001";
    record("answer " + kind + " to " + q.recipient);
    add(stream_id::outbox, q);
    add(stream_id::outbox, message_delivered{message, {1600}, "there"});
  }
  int broken() const {
    const auto found = first_breach(run);
    return found ? found->promise : 0;
  }

  std::shared_ptr<simulated_journal> journal = std::make_shared<simulated_journal>();
  run_outcome run;

 private:
  static std::size_t planned_of(std::size_t person) {
    const auto& all = shared_scenario().bookings;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i].person == person && all[i].ori == scenario::ori_full) return i;
    return 0;
  }
  std::size_t facts_ = 0;
};

}  // namespace

TEST_CASE("checkers: a run that kept every promise breaks none") {
  told_run good;
  good.accept();
  good.enrol_and_tell();
  CHECK(good.broken() == 0);
}

TEST_CASE("checkers: promise 1, answered once and not lost") {
  told_run lost;
  CHECK(lost.broken() == 1);
  told_run twice;
  twice.accept();
  twice.enrol_and_tell();
  twice.add(stream_id::bookings,
            told_run::answer(gallery_kind::criminal, answer_decision::no_hit, {0x77}));
  CHECK(twice.broken() == 1);
  told_run never;
  never.accept();
  CHECK(never.broken() == 1);
}

TEST_CASE("checkers: promise 2, no hit over part of a gallery") {
  told_run partly;
  partly.accept();
  auto a = told_run::answer(gallery_kind::immigration, answer_decision::no_hit);
  SUBCASE("a partition is missing") { a.coverage.pop_back(); }
  SUBCASE("a partition is behind the tail") { a.tail_seq = 1; }
  partly.enrol_and_tell();
  told_run other;
  other.accept();
  other.add(stream_id::bookings, a);
  CHECK(other.broken() != 0);
  CHECK(check_no_hit_over_full_coverage(other.run).has_value());
  CHECK_FALSE(check_no_hit_over_full_coverage(partly.run).has_value());
}

TEST_CASE("checkers: promise 3, somebody is found who is not there, or enrolled twice") {
  told_run wrong;
  wrong.accept();
  wrong.add(stream_id::bookings,
            told_run::answer(gallery_kind::immigration, answer_decision::hit, {0x5002}));
  CHECK(check_answers_are_right(wrong.run).has_value());
  told_run twice;
  twice.accept();
  twice.enrol_and_tell();
  twice.add(stream_id::bookings,
            told_run::answer(gallery_kind::criminal, answer_decision::no_hit, {0x78}));
  CHECK(check_answers_are_right(twice.run).has_value());
}

TEST_CASE("checkers: promise 4, one transaction, one booking, one record") {
  told_run twice;
  twice.accept();
  twice.enrol_and_tell();
  twice.accept({0xb2});
  CHECK(check_one_booking_one_record(twice.run).has_value());
  told_run tampered;
  tampered.accept();
  tampered.enrol_and_tell();
  tampered.run.clients.front().wrong_acknowledgements = 1;
  CHECK(tampered.broken() == 4);
}

TEST_CASE("checkers: promise 5, an inactive jurisdiction's booking meets the other gallery") {
  told_run leak;
  leak.accept(first, "T1", jurisdiction_mode::inactive);
  leak.enrol_and_tell();
  CHECK(leak.broken() == 5);
}

TEST_CASE("checkers: promise 5, what is disclosed has its audit row, and the mode allows it") {
  told_run run;
  SUBCASE("an alien query without one") {
    run.accept();
    run.enrol_and_tell();
    message_queued q;
    q.message = "iaq";
    q.booking = first;
    q.kind = "IAQ";
    q.recipient = "LESC";
    run.add(stream_id::outbox, q);
    run.add(stream_id::outbox, message_delivered{"iaq", {1600}, "there"});
    CHECK(run.broken() == 5);
    run.record("disclose identity match to LESC");
    CHECK(run.broken() == 0);
  }
  SUBCASE("an IDR to an agency in mode limited") {
    run.accept(first, "T1", jurisdiction_mode::limited);
    run.enrol_and_tell();
    CHECK(run.broken() == 0);
    run.tell("idr", "IDR");
    CHECK(run.broken() == 5);
  }
  SUBCASE("a row without a name") {
    run.accept();
    run.enrol_and_tell();
    run.add(stream_id::audit, audit_row{{1}, "", "sib", "read", "b1", "identification", ""});
    CHECK(run.broken() == 5);
  }
  SUBCASE("an acceptance without one") {
    run.accept();
    run.enrol_and_tell();
    booking_accepted a;
    a.booking = {0xb9};
    a.ori = "WH0000001";
    a.tcn = "T9";
    run.run.at_rest = true;
    run.add(stream_id::bookings, a);
    CHECK(check_disclosures_are_on_record(run.run).has_value());
  }
}

TEST_CASE("checkers: promise 6, given up before the deadline") {
  told_run early;
  early.accept();
  early.enrol_and_tell();
  CHECK_FALSE(check_bookings_end_by_their_deadline(early.run).has_value());
  early.add(stream_id::bookings, told_run::answer(gallery_kind::criminal, answer_decision::failed));
  CHECK(check_bookings_end_by_their_deadline(early.run).has_value());
}

TEST_CASE("checkers: promises 3, 7, 11 and 12 are what the world saw") {
  told_run seen;
  seen.accept();
  seen.enrol_and_tell();
  SUBCASE("a replica is unlike") {
    seen.run.unlike_replicas.push_back("node-1: criminal/0");
    CHECK(seen.broken() == 7);
  }
  SUBCASE("a projection is not what the journal makes of it") {
    seen.run.unlike_projections.push_back("audit: table rows, row 01");
    CHECK(seen.broken() == 7);
  }
  SUBCASE("a score is not the one of the exchange's own partition") {
    seen.run.unlike_scores.push_back("booking b1, criminal");
    CHECK(seen.broken() == 3);
  }
  SUBCASE("something passed its limit") {
    seen.run.beyond_limits.push_back("rounds: 9 of 8");
    CHECK(seen.broken() == 11);
  }
  SUBCASE("a replica did not come to the tail") {
    seen.run.not_converged = "node-1 is behind";
    CHECK(seen.broken() == 12);
  }
  SUBCASE("something was left to do") {
    seen.run.at_rest = false;
    CHECK(seen.broken() == 12);
  }
}

TEST_CASE("checkers: promise 8, somebody deleted before the search is in its answer") {
  told_run returned;
  returned.accept();
  returned.add(stream_id::criminal, subject_deleted{{0x99}, {1200}, "operator", "by order"});
  auto a = told_run::answer(gallery_kind::criminal, answer_decision::hit, {0x99});
  a.tail_seq = 0;
  returned.add(stream_id::bookings, a);
  CHECK_FALSE(check_deleted_stay_out(returned.run).has_value());  // it may have been before
  a.tail_seq = 1;
  SUBCASE("as the one found") {}
  SUBCASE("as a candidate") {
    a.subject = {0x55};
    a.candidates.push_back({});
    a.candidates.back().subject = {0x99};
  }
  returned.add(stream_id::bookings, a);
  CHECK(check_deleted_stay_out(returned.run).has_value());
}

TEST_CASE("checkers: promise 9, told once, and told at all") {
  told_run silent;
  silent.accept();
  silent.enrol_and_tell();
  silent.tell(to_string(first) + "/criminal");
  CHECK(silent.broken() == 9);
  told_run untold;
  untold.accept();
  untold.add(stream_id::bookings,
             told_run::answer(gallery_kind::criminal, answer_decision::hit, {0x5000}));
  CHECK(check_answers_are_sent_once(untold.run).has_value());
}

TEST_CASE("checkers: promise 10, a step that no state allows, or that nobody took") {
  told_run run;
  run.accept();
  run.enrol_and_tell();
  case_event e;
  e.which = {0xc1};
  e.booking = first;
  e.step = case_step::opened;
  e.at = {1500};
  e.by = "whorl";
  e.rule_set = "2011-03";
  SUBCASE("without a name") { e.by.clear(); }
  SUBCASE("out of nothing") { e.step = case_step::closed; }
  run.add(stream_id::cases, e);
  CHECK(run.broken() == 10);
}
