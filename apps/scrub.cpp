// whorl scrub: reads every byte of a store, names what is damaged, rebuilds what can be rebuilt.
#include <iostream>
#include <memory>

#include "apps/cli.hpp"
#include "apps/progress.hpp"
#include "apps/store_journal.hpp"
#include "apps/table.hpp"
#include "storage/scrub.hpp"

namespace whorl::apps {
namespace {

std::string advice(const storage::damage& one) {
  if (one.repaired) return "rebuilt from the journal";
  switch (one.way) {
    case storage::remedy::rebuild:
      return "whorl scrub --repair rebuilds it from the journal";
    case storage::remedy::restore:
      return "only a backup has it: whorl restore";
    case storage::remedy::reimport:
      return "not in the journal: import the people again, or whorl restore";
  }
  return "nothing to do";
}

result<int> run(const context& ctx, bool repair) {
  WHORL_TRY(check_own_journal(ctx.store, "whorl scrub"));
  storage::scrub_options wanted;
  wanted.repair = repair;
  std::unique_ptr<progress> bar;
  wanted.on_part = [&](const std::string&, std::size_t done, std::size_t all) {
    if (bar == nullptr)
      bar = std::make_unique<progress>("scrubbing", all, ctx.quiet || ctx.as_json);
    bar->at(done);
  };
  WHORL_ASSIGN(const auto report, storage::scrub_store(ctx.store, wanted));
  bar.reset();
  if (ctx.as_json) {
    json found = json::array();
    for (const auto& one : report.found)
      found.push_back({{"where", one.where},
                       {"what", one.what},
                       {"remedy", storage::to_string(one.way)},
                       {"repaired", one.repaired}});
    print_document({{"ok", report.whole()},
                    {"facts", report.facts},
                    {"keys", report.keys},
                    {"rows", report.rows},
                    {"damage", found}});
  } else {
    table text({"where", "what", "what to do"});
    for (const auto& one : report.found) text.add({one.where, printable(one.what), advice(one)});
    if (!report.found.empty()) text.print(std::cout);
    std::cout << (report.found.empty() ? "Nothing is damaged: " : "\n") << with_commas(report.facts)
              << " facts, " << with_commas(report.keys) << " keys, " << with_commas(report.rows)
              << " rows read and compared\n";
  }
  return report.whole() ? exit_done : exit_broken;
}

}  // namespace

void add_scrub(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("scrub", "find damage in a store that is not in use, mend it");
  const auto repair = std::make_shared<bool>(false);
  sub->add_flag("--repair", *repair, "rebuild from the journal what it can give back");
  sub->footer(
      "Examples:\n  whorl scrub\n  whorl --json scrub --repair\n\n"
      "Reads every page, fact, key and search entry; makes each projection anew from the journal\n"
      "and compares it row by row (needs as much free space as the largest of them). Exit code 4:\n"
      "damage is left.");
  on_run(*sub, ctx, [&ctx, repair] {
    auto outcome = run(ctx, *repair);
    if (!outcome) return result<int>((fail(ctx, outcome.error()), exit_store));
    return outcome;
  });
}

}  // namespace whorl::apps
