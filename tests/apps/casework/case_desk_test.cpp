// The desk on a store with a case in it: what it appends, and what it does not.
#include "apps/casework/case_desk.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "apps/casework/await_applied.hpp"
#include "apps/casework/change_notices.hpp"
#include "messages/wire.hpp"
#include "storage/ledgers.hpp"
#include "tests/apps/program.hpp"
#include "tests/storage/storage_support.hpp"

namespace whorl::test {

using namespace apps;
using actors::role;

namespace {

const actors::principal examiner{"examiner", role::examiner, ""};
const actors::principal analyst{"analyst", role::analyst, "", true};
const actors::principal officer{"field-office", role::field_officer, "ZZ", true};
const actors::principal outsider{"outsider", role::field_officer, "ZZ"};
const actors::principal police{"city-police", role::lea, "ZZPD00001"};

/// Person 3 is in both galleries: the booking opens a case. The node is this test's own.
class desk_world {
 public:
  desk_world() : world_(folder_.path(), 20, 10) {
    const outcome done = world_.as(
        "state-bureau", {"--json", "book", world_.bookings("one", 3, 1, {"--ori", police.ori})});
    REQUIRE(done.code == 0);
    const booking_id booking =
        must(parse_booking_id(done.lines().at(0)["booking"].get<std::string>()));
    which = {booking.value};
    store = must(storage::open_store(world_.store()));
    actors::local_node_settings wanted;
    wanted.outbox_folder = world_.store() + "/outbox";
    node = must(actors::local_node::start(*store, wanted));
    board = std::make_unique<case_board>(*store);
    desk = std::make_unique<case_desk>(
        *store, *board, *node, settings, [this] { return now; },
        [](const std::string& to, bool is_protected) {
          return to == "second" && !is_protected ? status()
                                                 : make_error(errc::invalid_input, "nobody");
        });
  }

  taken_step take(const actors::principal& who, case_step step, std::string code = {},
                  instant about = {}, std::string request = {}) {
    wanted_step what;
    what.step = step;
    what.code = std::move(code);
    what.about_at = about;
    what.request = std::move(request);
    const bool plain = step == case_step::status_found || step == case_step::release_notified ||
                       step == case_step::taken_up || step == case_step::handed_over;
    if (!plain) what.reason = "because";
    return desk->take(who, which, what);
  }
  void must_take(const actors::principal& who, case_step step, std::string code = {},
                 instant about = {}) {
    const auto done = take(who, step, std::move(code), about);
    REQUIRE_MESSAGE(done.outcome.has_value(), done.outcome.error().message);
    CHECK(done.refusal.empty());
  }
  void detain() {
    must_take(examiner, case_step::prints_confirmed);
    must_take(analyst, case_step::status_found, "final-order", {now.ms - 1000});
    must_take(officer, case_step::detainer_issued);
  }
  std::uint64_t tail(stream_id stream) { return must(store->log->tail(stream)).seq; }
  std::size_t told(const char* kind) {
    const auto all = must(store->outbox->of_booking({which.value}));
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&](const auto& m) { return m.queued.kind == kind; }));
  }

 private:
  temp_folder folder_;
  small_world world_;

 public:
  instant now{1'796'000'000'000};  // 2026-11-29
  case_id which;
  casework::case_settings settings = casework::usual_settings();
  std::unique_ptr<storage::store> store;
  std::unique_ptr<actors::local_node> node;
  std::unique_ptr<case_board> board;
  std::unique_ptr<case_desk> desk;
};

}  // namespace

TEST_CASE("case desk: a step that somebody else was faster with sends nothing and says nothing") {
  desk_world w;
  w.must_take(examiner, case_step::prints_confirmed);
  w.must_take(analyst, case_step::status_found, "final-order", {w.now.ms - 1000});
  // Somebody's fact with the number of the next step, which the projection has not read yet.
  const auto from = must(read_case(*w.store, w.which));
  case_event other;
  other.which = w.which;
  other.step = case_step::note;
  other.by = "somebody";
  const storage::append_request first{
      stream_id::cases, to_string(w.which) + "/" + std::to_string(from.view.steps + 1),
      std::nullopt, wire::encode(fact(other))};
  REQUIRE(w.store->log->append(std::span(&first, 1))[0].has_value());
  REQUIRE(w.node->drain().has_value());  // what was sent before is delivered
  const std::uint64_t messages = w.tail(stream_id::outbox), rows = w.tail(stream_id::audit);
  const auto refused = w.take(officer, case_step::detainer_issued);
  REQUIRE_FALSE(refused.outcome.has_value());
  CHECK(refused.outcome.error().code == errc::conflict);
  CHECK(w.tail(stream_id::outbox) == messages);
  CHECK(w.tail(stream_id::audit) == rows);
}

TEST_CASE("case desk: a step sent again under its request id is taken once") {
  desk_world w;
  const auto first = w.take(examiner, case_step::prints_confirmed, {}, {}, "r-1");
  REQUIRE(first.outcome.has_value());
  const std::uint64_t rows = w.tail(stream_id::audit);
  const auto again = w.take(examiner, case_step::prints_confirmed, {}, {}, "r-1");
  REQUIRE(again.outcome.has_value());
  CHECK(again.outcome->view.steps == first.outcome->view.steps);
  CHECK(w.tail(stream_id::audit) == rows);
  CHECK(w.take(examiner, case_step::note, {}, {}, "r-1").outcome.error().code == errc::conflict);
  CHECK(w.take(examiner, case_step::note, {}, {}, "a/b").outcome.error().code ==
        errc::invalid_input);
  CHECK(w.take(analyst, case_step::note, {}, {}, "r-1").outcome.has_value());  // another's id
}

TEST_CASE("safeguard: a detainer ends by its agency's time zone, as it was told, for good") {
  desk_world w;
  w.settings.time_zones[police.ori] = "America/Denver";
  w.detain();
  const instant release{1'796'018'400'000};  // Sunday, 29 November 2026, 23:00 in Denver
  w.must_take(police, case_step::release_notified, {}, release);
  // The Sunday does not count: Wednesday, 0:00 in Denver. By UTC it was Monday, 6:00 already, and
  // the end would be an hour earlier.
  const instant told{1'796'194'800'000};
  const auto stored = must(read_case(*w.store, w.which));
  CHECK(stored.row.last().clock_ends == told);
  const auto due = [&] {
    const auto all =
        must(queue_of(*w.board, w.settings, officer, casework::queue_kind::field_office, w.now));
    REQUIRE(all.size() == 1);
    return all.front().item.deadline;
  };
  CHECK(due() == told);
  w.settings.time_zones.clear();  // what is configured later moves no clock that was told
  CHECK(due() == told);
  w.now = {told.ms - 1};
  CHECK(must(w.desk->end_overdue_detainers()).ended == 0);
  w.now = told;
  CHECK(must(w.desk->end_overdue_detainers()).ended == 1);
}

TEST_CASE("safeguard: a protected case is not there for whoever is not named, nor goes to one") {
  desk_world w;
  const auto waits_for = [&](const actors::principal& who) {
    return must(queue_of(*w.board, w.settings, who, casework::queue_kind::operations_centre, w.now))
        .size();
  };
  w.must_take(outsider, case_step::taken_up);
  w.must_take(outsider, case_step::flagged, "protected");
  const auto hidden = w.take(outsider, case_step::note);
  REQUIRE_FALSE(hidden.outcome.has_value());
  CHECK(hidden.outcome.error().message == "no case " + to_string(w.which));
  CHECK(hidden.outcome.error().code == errc::not_found);
  CHECK(hidden.refusal.find("that this principal knows of") != std::string::npos);
  CHECK(must(known_cases(*w.store, outsider, 10)).empty());
  CHECK(waits_for(outsider) == 0);
  CHECK(waits_for(analyst) == 1);
  // Whoever worked on it does not keep it from those who may.
  w.must_take(officer, case_step::taken_up);
  CHECK(w.take(officer, case_step::handed_over, "second").outcome.error().code ==
        errc::invalid_input);
  w.must_take(analyst, case_step::flag_lifted, "protected");
  w.must_take(officer, case_step::handed_over, "second");
  CHECK(waits_for(outsider) == 1);
}

TEST_CASE("case desk: a queue reads no case that has not changed since the last one") {
  desk_world w;
  const auto waiting = [&] {
    return must(queue_of(*w.board, w.settings, examiner, casework::queue_kind::examiners, w.now))
        .size();
  };
  CHECK(waiting() == 1);
  const std::uint64_t reads = w.board->reads();
  CHECK(waiting() == 1);
  CHECK(w.board->reads() == reads);
  w.must_take(examiner, case_step::prints_confirmed);
  CHECK(waiting() == 0);
  CHECK(w.board->reads() == reads + 1);
}

TEST_CASE("safeguard: an agency learns from its steps neither state nor what stands in the way") {
  desk_world w;
  const auto hidden = w.take(police, case_step::note);
  CHECK(hidden.outcome.error().code == errc::not_found);
  CHECK_FALSE(hidden.refusal.empty());
  w.detain();
  CHECK(w.take(police, case_step::notice_served, "es").outcome.has_value());
  w.must_take(analyst, case_step::status_found, "lawful");
  const auto after = w.take(police, case_step::released);
  REQUIRE_FALSE(after.outcome.has_value());
  CHECK(after.outcome.error().message == "released is not possible now");
  CHECK(after.refusal.find("closed") != std::string::npos);  // the audit says it
}

TEST_CASE("case desk: a case is handed over to whoever can work on it") {
  desk_world w;
  w.must_take(examiner, case_step::taken_up);
  CHECK(w.take(examiner, case_step::handed_over, "typo").outcome.error().code ==
        errc::invalid_input);
  w.must_take(examiner, case_step::handed_over, "second");
}

TEST_CASE("safeguard: whoever holds somebody hears of suspension and of its end, unsaid why") {
  desk_world w;
  w.detain();
  CHECK(w.told("DET") == 1);
  w.must_take(police, case_step::citizenship_claimed);
  CHECK(w.told("DET") == 2);
  w.must_take(officer, case_step::flagged, "protected");  // suspended already
  CHECK(w.told("DET") == 2);
  w.must_take(analyst, case_step::claim_decided, "not-shown");
  CHECK(w.told("DET") == 2);  // the flag suspends it still
  w.must_take(analyst, case_step::flag_lifted, "protected");
  CHECK(w.told("DET") == 3);
}

TEST_CASE("safeguard: who was told of a status hears that it was wrong, protected by now or not") {
  desk_world w;
  w.must_take(examiner, case_step::prints_confirmed);
  w.must_take(analyst, case_step::status_found, "final-order", {w.now.ms - 1000});
  const std::size_t before = w.told("IDR");
  REQUIRE(before == 1);
  w.must_take(officer, case_step::flagged, "protected");
  w.must_take(analyst, case_step::status_found, "lawful");
  CHECK(w.told("IDR") == 2);
}

TEST_CASE(
    "safeguard: a correction of another record of the same person reaches a case, also closed") {
  desk_world w;
  w.detain();
  const auto one = must(read_case(*w.store, w.which));
  const subject_id found = one.view.opened.subject;
  const auto row = must(w.store->immigration.front()->view());
  std::vector<subject_id> all;
  REQUIRE(row->visit_records([&](subject_id id, std::uint64_t) {
               if (id != found) all.push_back(id);
               return true;
             })
              .has_value());
  REQUIRE(all.size() >= 2);
  const subject_id other = all[0], stranger = all[1];
  const auto change = [&](const char* id, const fact& what, std::vector<subject_id> about) {
    return append_change(*w.store, *w.node, w.settings,
                         {{stream_id::immigration, id, std::nullopt, wire::encode(what)}},
                         {{gallery_kind::immigration, std::move(about)}}, "why", w.now);
  };
  const auto events = [&] { return must(w.store->cases->get(w.which)).events.size(); };
  const std::size_t before = events();
  REQUIRE(change("stranger", subject_deleted{stranger, w.now, "by", "r"}, {stranger}));
  CHECK(events() == before);  // nobody's whom the case is of
  // Another record is merged with the one that was found: one person from now on.
  REQUIRE(change("merged", subjects_merged{found, other, w.now, "by", "r"}, {found, other}));
  CHECK(events() == before + 1);
  w.must_take(analyst, case_step::status_found, "lawful");
  const std::size_t told = w.told("IDR");
  REQUIRE(change("deleted", subject_deleted{other, w.now, "by", "r"}, {other, found}));
  CHECK(events() == before + 3);
  REQUIRE(w.node->drain().has_value());  // its messages are shown, too
  CHECK(w.told("IDR") == told + 1);
}

TEST_CASE("safeguard: a case full of remarks ends all the same when its 48 hours are over") {
  desk_world w;
  w.detain();
  w.must_take(police, case_step::release_notified, {}, {w.now.ms - 1});
  for (std::size_t i = 1; i < limits::case_remarks_max; ++i) w.must_take(police, case_step::note);
  CHECK(w.take(police, case_step::note).outcome.error().code == errc::limit_exceeded);
  w.now.ms += std::int64_t{9} * 24 * 60 * 60 * 1000;
  const expiries done = must(w.desk->end_overdue_detainers());
  CHECK(done.ended == 1);
  CHECK(done.failed == 0);
  CHECK(must(w.desk->end_overdue_detainers()).ended == 0);
}

TEST_CASE("case desk: an overdue answer is put on record once, also after a restart") {
  desk_world w;
  const auto opened = must(read_case(*w.store, w.which)).view;
  const instant due = opened.opened.about_at;
  const std::uint8_t level = casework::queue_level(opened);
  REQUIRE(level != 0);
  const auto records = [&] {
    must(await_applied(*w.store->log, *w.store->audit, std::chrono::seconds(60), "slow"));
    std::size_t out = 0;
    for (const auto& row : must(w.store->audit->rows(to_string(w.which), 100)))
      out += row.action == "answer overdue" && row.principal == "whorl" && row.role == "clock";
    return out;
  };
  w.now = due;
  CHECK(must(w.desk->record_overdue_answers()).all == 0);
  CHECK(records() == 0);
  w.now.ms += 1;
  const auto late = must(w.desk->record_overdue_answers());
  CHECK(late.all == 1);
  CHECK(late.said == 1);
  CHECK(must(w.desk->record_overdue_answers()).said == 0);
  CHECK(must(w.board->numbers(w.now)).overdue.at(level) == 1);
  case_board board(*w.store);  // another process
  case_desk again(*w.store, board, *w.node, w.settings, [&] { return w.now; }, {});
  const auto known = must(again.record_overdue_answers());
  CHECK(known.all == 1);
  CHECK(known.said == 0);
  CHECK(records() == 1);
  // For none once the answer is there.
  w.must_take(analyst, case_step::status_found, "final-order", {w.now.ms - 1000});
  CHECK(must(again.record_overdue_answers()).all == 0);
}

}  // namespace whorl::test
