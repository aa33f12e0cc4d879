// whorl purge: retention by hand, or by cron where no `whorl serve` runs. Destroys the keys that
// are due, overwrites the delivered copies in the store's outbox, finishes what a crash kept from
// being destroyed.
#include <iostream>
#include <memory>

#include "apps/cli.hpp"
#include "apps/progress.hpp"
#include "apps/retention/purge_run.hpp"
#include "apps/session.hpp"

namespace whorl::apps {
namespace {

struct purge_options {
  std::int64_t days = 0;
  bool own_days = false, dry_run = false;
};

void show(const context& ctx, const purge_tally& done, bool dry_run) {
  if (ctx.as_json)
    print_line({{"event", dry_run ? "due" : "purged"},
                {"no_match", done.no_match},
                {"retention", done.retention},
                {"deleted", done.deleted},
                {"keys", done.keys},
                {"copies", done.copies},
                {"bookings_read", done.looked},
                {"failed", done.failed}});
  else if (!ctx.quiet)
    std::cout << (dry_run ? "would destroy " : "destroyed ") << words_of(done) << "\n";
}

result<int> run(const context& ctx, session& s, const purge_options& o) {
  const std::int64_t usual = s.settings().retention_days;
  purge_settings wanted;
  wanted.rules = {o.own_days ? o.days : usual, usual};
  wanted.principal = s.who().name;
  wanted.role = actors::to_string(s.who().acts_as);
  wanted.outbox = s.default_outbox();
  wanted.dry_run = o.dry_run;
  wanted.is_whole = !o.own_days || (usual >= 0 ? o.days <= usual : true);
  purge_run purge(
      s.store(), [&s](auto rows) { return s.append(std::move(rows)); }, wanted);
  progress bar("purging", s.store().bookings->count(), ctx.quiet || ctx.as_json);
  // Days of one's own are no time that the marks know of: everything is looked at.
  purge_marks marks;
  if (!o.own_days) {
    WHORL_ASSIGN(marks, load_purge_marks(s.store()));
  }
  const std::atomic<bool> never{false};
  WHORL_ASSIGN(const auto done, purge.run(wall_now(), marks, never,
                                          [&bar](std::size_t at, std::size_t) { bar.at(at); }));
  if (!o.own_days && !o.dry_run) WHORL_TRY(save_purge_marks(s.store(), marks));
  show(ctx, done, o.dry_run);
  if (done.failed > 0)
    return make_error(errc::io, std::to_string(done.failed) +
                                    " could not be purged (`whorl scrub` says what is damaged), " +
                                    "first " + done.first_error);
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
      "keys of their day: keep them no longer than this. `whorl serve` does the same by itself, "
      "each\npurge_every_hours of whorl.toml; run it daily where nobody serves.");
  on_run(*sub, ctx, [&ctx, o, days] {
    o->own_days = days->count() > 0;
    return with_session(ctx, actors::permission::manage_gallery,
                        [&](session& s) { return run(ctx, s, *o); });
  });
}

}  // namespace whorl::apps
