#include "apps/retention/purge_run.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>

#include "actors/casework/lifecycle.hpp"
#include "actors/notification_core.hpp"
#include "apps/casework/await_applied.hpp"
#include "messages/key_purposes.hpp"
#include "messages/wire.hpp"
#include "storage/durable_file.hpp"

namespace whorl::apps {
namespace {

constexpr std::size_t read_facts = 256, read_rows = 64;
constexpr std::chrono::seconds patience{5};
/// Of the row that each whole purge leaves.
constexpr std::string_view object_of_runs = "retention", action_of_runs = "purge";

error stopped() { return make_error(errc::unavailable, "the purge was stopped"); }

}  // namespace

storage::append_request purge_run::row(std::string action, std::string object, std::string purpose,
                                       std::string detail, std::string id) const {
  const audit_row row{now_,
                      settings_.principal,
                      settings_.role,
                      std::move(action),
                      std::move(object),
                      std::move(purpose),
                      std::move(detail)};
  return {stream_id::audit, std::move(id), std::nullopt, wire::encode(fact(row))};
}

void purge_run::failed(const std::string& what, const error& why) {
  if (++done_.failed == 1) done_.first_error = what + ": " + why.message;
}

result<std::vector<key_id>> purge_run::live_of(const std::vector<key_id>& keys) const {
  std::vector<key_id> live;
  for (const key_id& key : keys) {
    WHORL_ASSIGN(const bool is_live, store_.keys->is_live(key));
    if (is_live) live.push_back(key);
  }
  return live;
}

/// On record first: a crash in between is finished by the next run, which adds no second row.
status purge_run::destroy(const std::vector<key_id>& due, const std::string& object,
                          const std::string& reason, std::uint64_t& counter) {
  WHORL_ASSIGN(const auto live, live_of(due));
  if (live.empty()) return {};
  if (!settings_.dry_run) {
    std::vector<storage::append_request> rows;
    rows.push_back(row("purge keys", object, reason, std::to_string(live.size()) + " keys",
                       "purge/" + object + "/" + reason));
    WHORL_TRY(append_(std::move(rows)));
    WHORL_TRY(store_.keys->destroy(live));
  }
  ++counter;
  done_.keys += live.size();
  return {};
}

/// Answers that were delivered into the store's own outbox hold names.
status purge_run::remove_copies(const std::vector<storage::outbox_row>& sent) {
  for (const auto& message : sent) {
    if (!message.delivered) continue;
    const std::filesystem::path file = std::filesystem::path(settings_.outbox) /
                                       std::filesystem::path(message.delivered->where).filename();
    std::error_code failure;
    if (message.delivered->where.empty() || !std::filesystem::is_regular_file(file, failure))
      continue;
    if (!settings_.dry_run) WHORL_TRY(storage::destroy_file(file.string()));
    ++done_.copies;
  }
  return {};
}

/// Beside a node that has given an answer and has not yet said so to anybody: its messages are
/// still to be sealed, its case still to be opened.
result<bool> purge_run::notices_written(const storage::booking_row& row) const {
  for (const auto* answer : {&row.criminal, &row.immigration}) {
    if (!*answer) continue;
    WHORL_ASSIGN(const auto mark,
                 store_.log->find(stream_id::audit, actors::notice_mark(**answer)));
    if (!mark) return false;
  }
  return true;
}

result<actors::booking_remains> purge_run::remains(const storage::booking_row& row,
                                                   std::vector<storage::outbox_row>& sent) const {
  actors::booking_remains what{row, false, false};
  WHORL_ASSIGN(const bool written, notices_written(row));
  for (const storage::projection* each :
       {static_cast<const storage::projection*>(store_.outbox.get()),
        static_cast<const storage::projection*>(store_.cases.get())})
    WHORL_TRY(await_applied(*store_.log, *each, patience, "what is sent and open is not shown"));
  WHORL_ASSIGN(sent, store_.outbox->of_booking(row.accepted.booking));
  what.has_undelivered = !written;
  for (const auto& message : sent) what.has_undelivered |= !message.delivered;
  const auto its_case = store_.cases->get({row.accepted.booking.value});
  if (!its_case && its_case.error().code != errc::not_found) return its_case.error();
  what.has_open_case = its_case && casework::is_open(casework::fold(its_case->events));
  return what;
}

/// Whether nothing of it is left that a later run could destroy.
result<bool> purge_run::one_booking(const storage::booking_row& row) {
  // Most bookings are gone long ago: nothing more is read of them.
  WHORL_ASSIGN(const auto left, live_of(actors::keys_of(row)));
  if (left.empty()) return true;
  const auto at_most = actors::due_for_purge({row, false, false}, now_, settings_.rules);
  WHORL_ASSIGN(const auto live, live_of(at_most.keys));
  if (live.empty()) return false;
  const std::scoped_lock lock(store_.case_steps);  // no step of its case comes in between
  std::vector<storage::outbox_row> sent;
  WHORL_ASSIGN(const auto what, remains(row, sent));
  const auto plan = actors::due_for_purge(what, now_, settings_.rules);
  if (plan.reason == actors::purge_reason::none) return false;
  const bool by_clock = plan.reason == actors::purge_reason::retention;
  if (settings_.dry_run && !rehearsed_.insert(row.accepted.booking).second) return by_clock;
  if (by_clock) WHORL_TRY(remove_copies(sent));
  WHORL_TRY(destroy(plan.keys, to_string(row.accepted.booking),
                    std::string(actors::to_string(plan.reason)),
                    by_clock ? done_.retention : done_.no_match));
  return by_clock;
}

/// After each read. Errors: unavailable once it is stopped.
status purge_run::breathe() {
  if (*stopping_) return stopped();
  if (++batch_ < purge_batch) return {};
  batch_ = 0;
  if (settings_.pause) settings_.pause();
  return *stopping_ ? status(stopped()) : status();
}

/// What is not over stays among the kept, so that a later run looks at it again.
status purge_run::look_at(booking_id which, purge_marks& marks) {
  WHORL_TRY(breathe());
  ++done_.looked;
  if (on_step_) {
    const std::uint64_t all = store_.bookings->count();
    on_step_(std::min(done_.looked, all), all);
  }
  const auto row = store_.bookings->get(which);
  // A fact of an answer to a booking that never was is in the stream and in no row.
  if (!row && row.error().code == errc::not_found) return {};
  const auto over = row ? one_booking(*row) : result<bool>(row.error());
  if (!over && over.error().code == errc::unavailable) return over.error();  // as of all others
  if (!over) failed(to_string(which), over.error());
  if (over && *over)
    marks.kept.erase(which);
  else
    marks.kept.insert(which);
  return {};
}

/// Along the stream of bookings from `mark` on, until `visit` says no: then that answer is the
/// first of the next time.
status purge_run::each_answer(std::uint64_t& mark, const answer_function& visit) {
  for (;;) {
    WHORL_TRY(breathe());
    WHORL_ASSIGN(const auto facts, store_.log->read(stream_id::bookings, mark + 1, read_facts));
    if (facts.empty()) return {};
    for (const auto& record : facts) {
      ++done_.facts;
      WHORL_ASSIGN(const auto what, wire::decode_fact(record.payload));
      const auto* const answer = std::get_if<booking_answered>(&what);
      if (answer != nullptr) {
        WHORL_ASSIGN(const bool go_on, visit(*answer));
        if (!go_on) return {};
      }
      mark = record.seq;
    }
  }
}

status purge_run::kept_before(purge_marks& marks) {
  const std::vector<booking_id> all(marks.kept.begin(), marks.kept.end());
  for (const booking_id which : all) WHORL_TRY(look_at(which, marks));
  return {};
}

/// What an answer spends goes at once; a crash, or a purge beside the answer, may have come
/// between.
status purge_run::answered_since(purge_marks& marks) {
  return each_answer(marks.answered, [&](const booking_answered& answer) -> result<bool> {
    if (!actors::spends_probe(answer.decision)) return true;
    const bool was_kept = marks.kept.contains(answer.booking);
    const std::uint64_t failures = done_.failed;
    WHORL_TRY(look_at(answer.booking, marks));
    // Its time comes with due_since(): it need not be kept until then.
    if (!was_kept && done_.failed == failures) marks.kept.erase(answer.booking);
    return true;
  });
}

/// Answers stand in the order of their moments but for seconds. One of a moment to come is a wrong
/// clock's: it must not hold up those behind it.
status purge_run::due_since(purge_marks& marks) {
  if (settings_.rules.days < 0) return {};
  return each_answer(marks.timed, [&](const booking_answered& answer) -> result<bool> {
    const bool is_due = actors::is_past_retention(answer.answered_at, now_, settings_.rules);
    if (!is_due && answer.answered_at <= now_) return false;
    if (!is_due) {
      marks.kept.insert(answer.booking);
      return true;
    }
    WHORL_TRY(look_at(answer.booking, marks));
    return true;
  });
}

/// A record is deleted by a fact and then its key: a crash may have come between the two.
status purge_run::deleted_records(gallery_kind gallery, std::uint64_t& mark) {
  bool all_well = true;  // what failed is looked at again by the next run
  for (std::uint64_t seq = mark + 1;;) {
    WHORL_TRY(breathe());
    WHORL_ASSIGN(const auto facts, store_.log->read(stream_of(gallery), seq, read_facts));
    if (facts.empty()) return {};
    done_.facts += facts.size();
    for (const auto& record : facts) {
      WHORL_ASSIGN(const auto what, wire::decode_fact(record.payload));
      const auto* gone = std::get_if<subject_deleted>(&what);
      if (gone == nullptr) continue;
      const std::string object = to_string(gone->subject);
      const status done = destroy({{gone->subject.value, record_purpose(gallery)}}, object,
                                  "deleted record", done_.deleted);
      if (!done) failed(object, done.error());
      all_well &= done.has_value();
    }
    seq = facts.back().seq + 1;
    if (all_well) mark = facts.back().seq;
  }
}

result<purge_tally> purge_run::run(instant now, purge_marks& marks,
                                   const std::atomic<bool>& stopping,
                                   const step_function& on_step) {
  now_ = now;
  done_ = {};
  stopping_ = &stopping;
  on_step_ = on_step;
  batch_ = 0;
  rehearsed_.clear();
  purge_marks rehearsal = marks;  // a dry run leaves all to do
  purge_marks& used = settings_.dry_run ? rehearsal : marks;
  WHORL_TRY(kept_before(used));
  WHORL_TRY(answered_since(used));
  WHORL_TRY(due_since(used));
  for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
    WHORL_TRY(deleted_records(gallery, used.galleries[gallery]));
  if (settings_.dry_run || !settings_.is_whole) return done_;
  std::vector<storage::append_request> rows;
  rows.push_back(row(std::string(action_of_runs), std::string(object_of_runs), "retention",
                     words_of(done_), "purge/run/" + to_string(now_)));
  WHORL_TRY(append_(std::move(rows)));
  return done_;
}

std::string words_of(const purge_tally& done) {
  return std::to_string(done.keys) + " keys: " + std::to_string(done.no_match) +
         " bookings without a match, " + std::to_string(done.retention) +
         " bookings whose time is over, " + std::to_string(done.deleted) + " deleted records; " +
         std::to_string(done.copies) + " delivered copies" +
         (done.failed == 0 ? "" : "; " + std::to_string(done.failed) + " failed");
}

result<std::optional<instant>> last_purge(const storage::store& store) {
  WHORL_TRY(await_applied(*store.log, *store.audit, patience, "the audit is not shown yet"));
  // Whoever reads these rows leaves rows of the same object.
  std::uint64_t before = std::numeric_limits<std::uint64_t>::max();
  for (;;) {
    WHORL_ASSIGN(const auto rows, store.audit->newest(object_of_runs, before, read_rows));
    for (const auto& one : rows)
      if (one.row.action == action_of_runs) return std::optional(one.row.at);
    if (rows.size() < read_rows) return std::optional<instant>();
    before = rows.back().seq;
  }
}

}  // namespace whorl::apps
