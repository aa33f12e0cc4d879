// whorl purge: the retention clock. Destroys the keys that are due, overwrites the delivered copies
// in the store's outbox, finishes what a crash kept from being destroyed. To be run daily.
#include <filesystem>
#include <iostream>
#include <memory>

#include "actors/casework/lifecycle.hpp"
#include "actors/retention_core.hpp"
#include "apps/cli.hpp"
#include "apps/progress.hpp"
#include "apps/session.hpp"
#include "messages/key_purposes.hpp"
#include "messages/wire.hpp"
#include "storage/durable_file.hpp"

namespace whorl::apps {
namespace {

constexpr std::size_t read_facts = 1024;

struct purge_options {
  std::int64_t days = 0;
  bool own_days = false, dry_run = false;
};

struct tally {
  std::uint64_t no_match = 0, retention = 0, deleted = 0, keys = 0, copies = 0;
};

class purge_run {
 public:
  purge_run(const context& ctx, session& s, const purge_options& o)
      : ctx_(ctx), session_(s), options_(o) {}
  result<int> run();

 private:
  status bookings();
  status one_booking(const storage::booking_row& row);
  status deleted_records(gallery_kind gallery);
  status destroy(const std::vector<key_id>& due, const std::string& object,
                 const std::string& reason, std::uint64_t& counter);
  status remove_copies(const std::vector<storage::outbox_row>& sent);

  const context& ctx_;
  session& session_;
  const purge_options& options_;
  tally done_;
};

/// On record first: a crash in between is finished by the next run, which adds no second row.
status purge_run::destroy(const std::vector<key_id>& due, const std::string& object,
                          const std::string& reason, std::uint64_t& counter) {
  std::vector<key_id> live;
  for (const key_id& key : due) {
    WHORL_ASSIGN(const bool is_live, session_.store().keys->is_live(key));
    if (is_live) live.push_back(key);
  }
  if (live.empty()) return {};
  ++counter;
  done_.keys += live.size();
  if (options_.dry_run) return {};
  auto row = session_.audit("purge keys", object, reason, std::to_string(live.size()) + " keys");
  row.message_id = "purge/" + object + "/" + reason;
  WHORL_TRY(session_.append({std::move(row)}));
  return session_.store().keys->destroy(live);
}

/// Answers that were delivered into the store's own outbox hold names.
status purge_run::remove_copies(const std::vector<storage::outbox_row>& sent) {
  const std::filesystem::path own = session_.default_outbox();
  for (const auto& message : sent) {
    if (!message.delivered) continue;
    const std::filesystem::path file =
        own / std::filesystem::path(message.delivered->where).filename();
    std::error_code failure;
    if (message.delivered->where.empty() || !std::filesystem::is_regular_file(file, failure))
      continue;
    ++done_.copies;
    if (!options_.dry_run) WHORL_TRY(storage::destroy_file(file.string()));
  }
  return {};
}

status purge_run::one_booking(const storage::booking_row& row) {
  WHORL_ASSIGN(const auto sent, session_.store().outbox->of_booking(row.accepted.booking));
  actors::booking_remains what{row, false, false};
  for (const auto& message : sent) what.has_undelivered |= !message.delivered;
  const auto its_case = session_.store().cases->get({row.accepted.booking.value});
  what.has_open_case = its_case && casework::is_open(casework::fold(its_case->events));
  const std::int64_t usual = session_.settings().retention_days;
  const actors::retention_rules rules{options_.own_days ? options_.days : usual, usual};
  const auto plan = actors::due_for_purge(what, wall_now(), rules);
  if (plan.reason == actors::purge_reason::none) return {};
  const bool by_clock = plan.reason == actors::purge_reason::retention;
  if (by_clock) WHORL_TRY(remove_copies(sent));
  return destroy(plan.keys, to_string(row.accepted.booking),
                 std::string(actors::to_string(plan.reason)),
                 by_clock ? done_.retention : done_.no_match);
}

status purge_run::bookings() {
  const std::uint64_t count = session_.store().bookings->count();
  WHORL_ASSIGN(const auto rows, session_.store().bookings->list(count));
  progress bar("purging", rows.size(), ctx_.quiet || ctx_.as_json);
  std::size_t at = 0;
  for (const auto& row : rows) {
    WHORL_TRY(one_booking(row));
    bar.at(++at);
  }
  return {};
}

/// A record is deleted by a fact and then its key: a crash may have come between the two.
status purge_run::deleted_records(gallery_kind gallery) {
  for (std::uint64_t seq = 1;;) {
    WHORL_ASSIGN(const auto facts, session_.store().log->read(stream_of(gallery), seq, read_facts));
    if (facts.empty()) return {};
    for (const auto& record : facts) {
      WHORL_ASSIGN(const auto what, wire::decode_fact(record.payload));
      if (const auto* gone = std::get_if<subject_deleted>(&what))
        WHORL_TRY(destroy({{gone->subject.value, record_purpose(gallery)}},
                          to_string(gone->subject), "deleted record", done_.deleted));
    }
    seq = facts.back().seq + 1;
  }
}

result<int> purge_run::run() {
  WHORL_TRY(bookings());
  for (const gallery_kind gallery : {gallery_kind::criminal, gallery_kind::immigration})
    WHORL_TRY(deleted_records(gallery));
  if (ctx_.as_json) {
    print_line({{"event", options_.dry_run ? "due" : "purged"},
                {"no_match", done_.no_match},
                {"retention", done_.retention},
                {"deleted", done_.deleted},
                {"keys", done_.keys},
                {"copies", done_.copies}});
  } else if (!ctx_.quiet) {
    std::cout << (options_.dry_run ? "would destroy " : "destroyed ") << done_.keys
              << " keys: " << done_.no_match << " bookings without a match, " << done_.retention
              << " bookings whose time is over, " << done_.deleted << " deleted records; "
              << done_.copies << " delivered copies\n";
  }
  return exit_done;
}

}  // namespace

void add_purge(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("purge", "destroy the personal data whose time is over");
  const auto o = std::make_shared<purge_options>();
  auto* days = sub->add_option("--days", o->days,
                               "days after the last answer (default: retention_days of whorl.toml)")
                   ->check(CLI::Range(0, 36500));
  sub->add_flag("--dry-run", o->dry_run, "say what is due, destroy nothing");
  sub->footer(
      "Examples:\n  whorl purge\n  whorl --json purge --dry-run\n  whorl purge --days 0\n\n"
      "Keys are overwritten where they stand; what they sealed cannot be read again, replays\n"
      "included. A booking with an open case or an undelivered answer is kept. Backups hold the\n"
      "keys of their day: keep them no longer than this. Run it daily.");
  on_run(*sub, ctx, [&ctx, o, days] {
    o->own_days = days->count() > 0;
    return with_session(ctx, actors::permission::manage_gallery,
                        [&](session& s) { return purge_run(ctx, s, *o).run(); });
  });
}

}  // namespace whorl::apps
