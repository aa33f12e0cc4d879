// whorl restore: makes a store of a backup, after every file was compared with what was backed up
// and before anything is said to be well, with every digest of the copy's journal.
#include <algorithm>
#include <iostream>
#include <memory>

#include "apps/cli.hpp"
#include "apps/progress.hpp"
#include "apps/session.hpp"
#include "apps/store_journal.hpp"
#include "apps/table.hpp"
#include "messages/wire.hpp"
#include "storage/backup.hpp"
#include "storage/store_files.hpp"

namespace whorl::apps {
namespace {

constexpr std::uint64_t mebibyte = 1u << 20;

struct restore_options {
  std::string backup, purges_from;
};

/// A bar for one stretch of work in bytes.
class work_bar {
 public:
  work_bar(const context& ctx, std::string what) : ctx_(ctx), what_(std::move(what)) {}
  storage::work_function function() {
    return [this](std::uint64_t done, std::uint64_t total) {
      if (!bar_)
        bar_ = std::make_unique<progress>(what_, total / mebibyte, ctx_.quiet || ctx_.as_json);
      bar_->at(done / mebibyte);
    };
  }

 private:
  const context& ctx_;
  std::string what_;
  std::unique_ptr<progress> bar_;
};

/// The head that the backup was closed with, by the key that is in it.
status check_head(const std::string& folder, const storage::backup_manifest& manifest) {
  WHORL_ASSIGN(const auto key, storage::read_public_key(storage::public_key_file(folder)));
  WHORL_ASSIGN(const auto head, storage::parse_audit_head(manifest.audit_head));
  WHORL_TRY(key->check(head));
  if (head.head.tail == manifest.tails.back()) return {};
  return make_error(errc::corrupt, folder +
                                       "/BACKUP: the audit head and the tail of the audit "
                                       "disagree: take another backup");
}

/// The restored store's first own row: what came after the backup is missing here.
status write_row(storage::store& store, const std::string& by,
                 const storage::backup_manifest& manifest, std::size_t purged) {
  const instant now = wall_now();
  const audit_row row{now,
                      by.empty() ? "restore" : by,
                      "operator",
                      "restore store",
                      "store",
                      "recovery",
                      "backup of " + manifest.made + ", audit row " +
                          std::to_string(manifest.tails.back().seq) + ", keys destroyed since " +
                          std::to_string(purged)};
  const storage::append_request request{stream_id::audit, "restore/" + to_string(now), std::nullopt,
                                        wire::encode(fact(row))};
  for (const auto& outcome : store.log->append(std::span(&request, 1)))
    if (!outcome) return outcome.error();
  WHORL_TRY(storage::catch_up(*store.log, *store.audit));
  WHORL_ASSIGN(const auto tail, store.log->tail(stream_id::audit));
  return store.signer->keep(tail, now);
}

void show(const context& ctx, const restore_options& o, const storage::backup_manifest& m,
          std::size_t purged) {
  json streams = json::object();
  table text({"stream", "facts", "result"});
  for (std::size_t i = 0; i < std::size(all_streams); ++i) {
    const std::string name(to_string(all_streams[i]));
    streams[name] = {{"seq", m.tails[i].seq}, {"digest", storage::hex(m.tails[i].self)}};
    text.add({name, with_commas(m.tails[i].seq), "whole"});
  }
  if (ctx.as_json)
    return print_document({{"ok", true},
                           {"store", ctx.store},
                           {"made", m.made},
                           {"streams", streams},
                           {"purges_carried", o.purges_from.empty() ? json() : json(purged)}});
  std::cout << "store " << ctx.store << " from the backup of " << m.made << "\n\n";
  text.print(std::cout);
  std::cout << "\nEvery file is as it was backed up; every digest of the journal agrees.\n"
               "Facts of after the backup are not in it. Stop the old store for good: two that go "
               "on from\none backup answer differently under the same names.\n";
  if (std::ranges::any_of(m.files, [](const auto& file) {
        return file.first.starts_with(std::string(storage::pki_folder) + "/");
      }))
    std::cout
        << "Certificates that were revoked after the backup are valid again: revoke them here "
           "too\n(`whorl pki list`).\n";
  if (o.purges_from.empty())
    std::cout << "Keys that were destroyed after the backup live again here: give --purges-from "
                 "OLD_STORE\nat the next restore, or purge them again.\n";
  else
    std::cout << with_commas(purged) << " keys that " << o.purges_from
              << " has destroyed since were destroyed here too.\n";
}

result<int> run(const context& ctx, const restore_options& o) {
  WHORL_TRY(storage::check_empty_folder(ctx.store));
  WHORL_TRY(check_own_journal(o.backup, "whorl restore"));
  if (!o.purges_from.empty())
    WHORL_TRY(check_own_journal(o.purges_from, "whorl restore --purges-from"));
  storage::backup_manifest manifest;
  {
    work_bar bar(ctx, "MiB compared");
    WHORL_ASSIGN(manifest, storage::check_backup(o.backup, bar.function()));
  }
  WHORL_TRY(check_head(o.backup, manifest));
  std::vector<key_id> gone;
  if (!o.purges_from.empty()) {
    WHORL_ASSIGN(gone, storage::read_purges(o.purges_from));
  }
  std::size_t purged = 0;
  {
    work_bar bar(ctx, "MiB copied");
    WHORL_ASSIGN(purged,
                 storage::restore_files(o.backup, manifest, ctx.store, gone, bar.function()));
  }
  WHORL_ASSIGN(const auto store, storage::open_store(ctx.store));
  WHORL_TRY(storage::check_restored(*store->log, manifest));
  WHORL_TRY(write_row(*store, ctx.as, manifest, purged));
  show(ctx, o, manifest, purged);
  return exit_done;
}

}  // namespace

void add_restore(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("restore", "make a store (--store) of a backup");
  const auto o = std::make_shared<restore_options>();
  sub->add_option("backup", o->backup, "folder that `whorl backup` made")->required();
  sub->add_option("--purges-from", o->purges_from,
                  "the old store: keys it has destroyed since the backup are destroyed here too");
  sub->footer(
      "Examples:\n  whorl --store /srv/whorl-new restore /mnt/backups/2026-11-22\n"
      "  whorl --store new restore backup --purges-from old\n\n"
      "The folder of --store must be absent or empty. What a crash left open is finished by\n"
      "`whorl book` without files.");
  on_run(*sub, ctx, [&ctx, o] {
    auto outcome = run(ctx, *o);
    if (!outcome && outcome.error().code == errc::not_found)
      return result<int>((fail(ctx, outcome.error()), exit_store));
    return outcome;
  });
}

}  // namespace whorl::apps
