// What a purge costs: what has become due since the last one, however many bookings there are.
#include <doctest/doctest.h>

#include <atomic>

#include "actors/notification_core.hpp"
#include "apps/casework/await_applied.hpp"
#include "apps/retention/purge_run.hpp"
#include "messages/key_purposes.hpp"
#include "storage/passing_journal.hpp"
#include "storage/store.hpp"
#include "tests/storage/storage_support.hpp"

namespace whorl::test {

using namespace apps;

namespace {

constexpr std::int64_t a_minute = 60'000, a_day = 24 * 60 * a_minute;
constexpr int people = 3000;

/// Counts what is read of the stream of bookings.
class counting_journal : public storage::passing_journal {
 public:
  explicit counting_journal(std::unique_ptr<storage::journal> real)
      : passing_journal(*real), real_(std::move(real)) {}
  result<std::vector<fact_record>> read(stream_id stream, std::uint64_t from_seq,
                                        std::size_t max_records) const override {
    auto out = passing_journal::read(stream, from_seq, max_records);
    if (counting && out && stream == stream_id::bookings) *facts += out->size();
    return out;
  }
  std::shared_ptr<std::atomic<std::uint64_t>> facts =
      std::make_shared<std::atomic<std::uint64_t>>(0);
  bool counting = true;

 private:
  std::unique_ptr<storage::journal> real_;
};

/// One booking a minute from `begun` on, each with a criminal hit at once and nothing else said.
class many_bookings {
 public:
  many_bookings() {
    must(storage::create_store(folder(), 1));
    auto log = std::make_unique<counting_journal>(
        must(storage::open_embedded_journal(folder() + "/journal", {.durable = false})));
    facts_read = log->facts;
    storage::partition_options quick;
    quick.durable = false;
    store = must(storage::open_store(folder(), quick, std::move(log)));
    for (int first = 0; first < people; first += 250) add(first, 250, true);
  }
  /// `noticed` false: an answer that has not gone out keeps its booking.
  void add(int first, int count, bool noticed) {
    std::vector<storage::seal_request> wanted;
    for (int i = first; i < first + count; ++i)
      for (const auto purpose : {key_purpose::probe_criminal, key_purpose::biographics})
        wanted.push_back({{id(i).value, purpose}, bytes(8)});
    const auto sealed = must(store->keys->seal(wanted));
    std::vector<storage::append_request> all;
    for (int i = first; i < first + count; ++i) {
      const auto at = static_cast<std::size_t>(i - first) * 2;
      add_facts(i, sealed[at], sealed[at + 1], noticed, all);
    }
    must(append(std::move(all)));
  }
  status append(std::vector<storage::append_request> rows) {
    for (auto& outcome : store->log->append(rows))
      if (!outcome) return outcome.error();
    must(storage::catch_up_all(*store));
    return {};
  }
  purge_tally purge(instant now, bool dry = false) {
    purge_settings wanted;
    wanted.rules = {30, 30};
    wanted.principal = "whorl";
    wanted.role = "clock";
    wanted.outbox = folder() + "/outbox";
    wanted.dry_run = dry;
    wanted.pause = [this] { ++pauses; };
    purge_run run(
        *store, [this](auto rows) { return append(std::move(rows)); }, wanted);
    const std::atomic<bool> never{false};
    auto marks = must(load_purge_marks(*store));  // as a process that has just started
    const std::uint64_t before = *facts_read;
    const auto done = must(run.run(now, marks, never));
    last_read = *facts_read - before;
    if (!dry) must(save_purge_marks(*store, marks));
    return done;
  }
  static booking_id id(int i) { return {static_cast<std::uint64_t>(i) + 1}; }
  bool is_live(int i) {
    return must(store->keys->is_live({id(i).value, key_purpose::biographics}));
  }
  std::string folder() const { return (folder_.path() / "store").string(); }

 private:
  static instant moment(int i) { return {begun.ms + i * a_minute}; }
  void add_facts(int i, const sealed_payload& prints, const sealed_payload& who, bool noticed,
                 std::vector<storage::append_request>& to) {
    booking_accepted a;
    a.booking = id(i);
    a.ori = "ZZPD00001";
    a.tcn = "T" + std::to_string(i);
    a.accepted_at = moment(i);
    a.criminal_prints = prints;
    a.who = who;
    booking_answered b;
    b.booking = id(i);
    b.decision = answer_decision::hit;
    b.subject = {7};
    b.answered_at = moment(i);
    const std::string name = to_string(id(i));
    to.push_back({stream_id::bookings, name, std::nullopt, wire::encode(fact(a))});
    to.push_back({stream_id::bookings, name + "/a", std::nullopt, wire::encode(fact(b))});
    if (noticed)
      to.push_back({stream_id::audit, actors::notice_mark(b), std::nullopt,
                    wire::encode(fact(audit_row{moment(i), "w", "r", "a", name, "p", ""}))});
  }
  temp_folder folder_;

 public:
  static constexpr instant begun{1'700'000'000'000};
  std::unique_ptr<storage::store> store;
  std::shared_ptr<std::atomic<std::uint64_t>> facts_read;
  std::uint64_t last_read = 0;
  std::size_t pauses = 0;
};

}  // namespace

TEST_CASE("purge: a run looks at what has become due, not at the thousands that have not") {
  many_bookings w;
  // The first run reads along all answers once, and looks at the twenty whose time is over.
  const instant first{w.begun.ms + 30 * a_day + 19 * a_minute};
  const auto rehearsed = w.purge(first, true);
  CHECK(rehearsed.retention == 20);
  CHECK(w.is_live(0));
  const auto begin = w.purge(first);
  CHECK(begin.retention == 20);
  CHECK(begin.looked == 20);
  CHECK_FALSE(w.is_live(19));
  CHECK(w.is_live(20));
  // Each batch gives way to others: at least once for so many reads.
  CHECK(begin.facts >= 2 * people);
  CHECK(w.pauses == 0);  // 20 bookings and some 25 pages: less than a batch
  // Ten more a while later: ten looked at, a page of facts or two, and a restart in between.
  const auto next = w.purge({first.ms + 10 * a_minute});
  CHECK(next.retention == 10);
  CHECK(next.looked == 10);
  CHECK(w.last_read <= 2 * purge_batch);  // of six thousand
  CHECK_FALSE(w.is_live(29));
  // Nothing new: nothing is looked at.
  CHECK(w.purge({first.ms + 10 * a_minute}).looked == 0);
  CHECK(w.last_read <= 2 * purge_batch);  // of six thousand
}

TEST_CASE("purge: what has to stay is looked at again until it may go, and goes then") {
  many_bookings w;
  w.add(people, 3, false);
  const instant all{w.begun.ms + 60 * a_day};
  w.pauses = 0;
  const auto done = w.purge(all);
  CHECK(done.retention == people);
  CHECK(done.looked == people + 3);
  CHECK(w.pauses >= people / purge_batch);
  CHECK(w.is_live(people));
  CHECK(w.purge(all).looked == 3);
  CHECK(must(load_purge_marks(*w.store)).kept.size() == 3);
  // The answers have gone out: nothing keeps them any more.
  for (int i = people; i < people + 3; ++i) {
    const auto row = must(w.store->bookings->get(w.id(i)));
    must(w.append({{stream_id::audit, actors::notice_mark(*row.criminal), std::nullopt,
                    wire::encode(fact(audit_row{all, "w", "r", "a", "o", "p", ""}))}}));
  }
  CHECK(w.purge(all).retention == 3);
  CHECK_FALSE(w.is_live(people + 2));
  CHECK(w.purge(all).looked == 0);
}

TEST_CASE(
    "purge: marks are read back; damaged ones, and those of another journal, count for none") {
  purge_marks marks;
  marks.answered = 7;
  marks.timed = 5;
  marks.kept = {{1}, {9}};
  marks.galleries = {{gallery_kind::criminal, 3}, {gallery_kind::immigration, 4}};
  const std::string text = to_text(marks);
  CHECK(must(parse_purge_marks(text)) == marks);
  for (std::size_t size = 0; size < text.size(); ++size)
    CHECK_FALSE(parse_purge_marks(text.substr(0, size)).has_value());
  CHECK_FALSE(parse_purge_marks(text + "x").has_value());
  CHECK_FALSE(parse_purge_marks("whorl purge marks 1\nanswered -1\nend\n").has_value());

  const temp_folder folder;
  must(storage::create_store((folder.path() / "s").string(), 1));
  const auto store = must(storage::open_store((folder.path() / "s").string()));
  CHECK(must(load_purge_marks(*store)) == purge_marks{});
  must(save_purge_marks(*store, marks));
  CHECK(must(load_purge_marks(*store)) == purge_marks{});  // ahead of a journal without facts
}

}  // namespace whorl::test
