// whorl init: makes a store and its configuration.
#include <iostream>
#include <memory>
#include <span>

#include "apps/cli.hpp"
#include "apps/config.hpp"
#include "apps/session.hpp"
#include "messages/limits.hpp"
#include "storage/store.hpp"

namespace whorl::apps {
namespace {

/// What fails after FORMAT is written leaves a store behind: the user is told.
error made_but(const error& why) {
  return make_error(why.code,
                    why.message + "; the store itself is made, and opens when that is mended");
}

result<int> run(const context& ctx, std::uint32_t partitions) {
  const std::string file = ctx.store + "/whorl.toml", text = default_config();
  const auto view = std::as_bytes(std::span(text));
  // A configuration that is there already was written by somebody: it stays.
  const storage::owner_file config{"whorl.toml", {view.begin(), view.end()}};
  WHORL_TRY(storage::create_store(ctx.store, partitions, std::span(&config, 1)));
  // Makes every folder of it now, so that a backup or the doctor finds them.
  const auto opened = storage::open_store(ctx.store);
  if (!opened) return made_but(opened.error());
  const auto& store = *opened;
  const auto& signer = store->signer;
  if (const status kept = signer->keep({}, wall_now()); !kept) return made_but(kept.error());
  if (ctx.as_json) {
    print_line({{"store", ctx.store},
                {"partitions", partitions},
                {"config", file},
                {"audit_key", storage::public_key_file(ctx.store)},
                {"audit_key_fingerprint", signer->fingerprint()}});
  } else {
    std::cout
        << "store " << ctx.store << ": a criminal and an immigration gallery, empty, " << partitions
        << " partitions each\nconfiguration " << file
        << ": principals, roles, jurisdictions\naudit key " << storage::public_key_file(ctx.store)
        << ", fingerprint\n  " << signer->fingerprint()
        << "\n  Keep a copy of this file where this store's keeper cannot write: "
           "`whorl audit verify --public-key FILE`\n  proves with it that no row of the audit "
           "was cut or rewritten.\n";
  }
  return exit_done;
}

}  // namespace

void add_init(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("init", "make a store and its configuration (whorl.toml)");
  const auto partitions = std::make_shared<std::uint32_t>(4);
  sub->add_option("--partitions", *partitions,
                  "partitions of each gallery; fixed for the store's life")
      ->check(CLI::Range(1u, limits::partitions_max))
      ->capture_default_str();
  sub->footer("Examples:\n  whorl init\n  whorl --store /srv/whorl init --partitions 16");
  on_run(*sub, ctx, [&ctx, partitions] {
    auto outcome = run(ctx, *partitions);
    if (!outcome && outcome.error().code == errc::conflict)
      return result<int>((fail(ctx, outcome.error()), exit_store));
    return outcome;
  });
}

}  // namespace whorl::apps
