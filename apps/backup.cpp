// whorl backup: copies a store while it is in use, and proves the copy. Takes no lock and leaves no
// audit row: another process owns the journal.
#include <iostream>
#include <memory>

#include "apps/cli.hpp"
#include "apps/config.hpp"
#include "apps/progress.hpp"
#include "apps/session.hpp"
#include "apps/store_journal.hpp"
#include "apps/table.hpp"
#include "storage/backup.hpp"
#include "storage/store_files.hpp"

namespace whorl::apps {
namespace {

constexpr const char* purge_words =
    "It holds the keys that live today. When one is destroyed later, this copy still opens what "
    "it\n"
    "sealed: keep backups encrypted and no longer than purged data may live, and restore with\n"
    "--purges-from OLD_STORE where the old store can still be read.\n";

constexpr std::uint64_t mebibyte = 1u << 20;

constexpr const char* pki_words =
    "It holds the key of the certificate authority (pki/), which signs for anybody; --without-pki "
    "leaves\nit out. Certificates that are revoked after this moment are valid where it is "
    "restored, "
    "until they\nare revoked there too.\n";

bool has_pki(const storage::backup_manifest& made) {
  const std::string below = std::string(storage::pki_folder) + "/";
  const auto first = made.files.lower_bound(below);
  return first != made.files.end() && first->first.starts_with(below);
}

result<int> run(const context& ctx, const std::string& target, bool without_pki) {
  WHORL_TRY(storage::read_format(ctx.store));
  WHORL_TRY(check_own_journal(ctx.store, "whorl backup"));
  WHORL_ASSIGN(const config settings, read_config(ctx.store + "/whorl.toml"));
  WHORL_ASSIGN(const auto who, find_principal(settings, ctx.as));
  WHORL_TRY(actors::require(who, actors::permission::manage_gallery));
  std::unique_ptr<progress> bar;
  storage::backup_options options{wall_now(), "whorl " WHORL_VERSION, {}};
  options.with_pki = !without_pki;
  options.on_work = [&](std::uint64_t done, std::uint64_t total) {
    if (!bar)
      bar = std::make_unique<progress>("MiB copied", total / mebibyte, ctx.quiet || ctx.as_json);
    bar->at(done / mebibyte);
  };
  WHORL_ASSIGN(const auto made, storage::back_up(ctx.store, target, options));
  bar.reset();
  std::uint64_t bytes = 0;
  for (const auto& [path, sum] : made.files) bytes += sum.bytes;
  json streams = json::object();
  table text({"stream", "facts", "result"});
  for (std::size_t i = 0; i < std::size(all_streams); ++i) {
    const std::string name(to_string(all_streams[i]));
    streams[name] = {{"seq", made.tails[i].seq}, {"digest", storage::hex(made.tails[i].self)}};
    text.add({name, with_commas(made.tails[i].seq), "whole"});
  }
  if (ctx.as_json) {
    print_document({{"ok", true},
                    {"backup", target},
                    {"made", made.made},
                    {"files", made.files.size()},
                    {"bytes", bytes},
                    {"pki", has_pki(made)},
                    {"streams", streams},
                    {"audit_head", made.audit_head}});
    return exit_done;
  }
  std::cout << "backup of " << ctx.store << " in " << target << ", " << made.made << ": "
            << with_commas(made.files.size()) << " files, " << with_commas(bytes) << " bytes\n\n";
  text.print(std::cout);
  std::cout << "\nThe copy's journal was read through; every digest agrees.\n"
            << purge_words << (has_pki(made) ? pki_words : "");
  return exit_done;
}

}  // namespace

void add_backup(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("backup", "copy the store, also while it is in use");
  const auto target = std::make_shared<std::string>();
  sub->add_option("folder", *target, "where to; must be absent or empty")->required();
  const auto without_pki = std::make_shared<bool>(false);
  sub->add_flag("--without-pki", *without_pki, "leave out pki/, which holds the authority's key");
  sub->footer(
      "Examples:\n  whorl backup /mnt/backups/2026-11-22\n"
      "  whorl --store /srv/whorl --json backup /mnt/backups/2026-11-22\n\n"
      "Works beside `whorl book`: bookings wait for milliseconds, not for the copy. Answers in\n"
      "<store>/outbox are copied; a folder given to `book --answers` is not.");
  on_run(*sub, ctx, [&ctx, target, without_pki] {
    auto outcome = run(ctx, *target, *without_pki);
    if (!outcome && outcome.error().code == errc::not_found)
      return result<int>((fail(ctx, outcome.error()), exit_store));
    return outcome;
  });
}

}  // namespace whorl::apps
