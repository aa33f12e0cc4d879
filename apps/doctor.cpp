// whorl doctor: what is wrong with a store or its configuration, and what to do. Works on stores
// that nothing else can open, changes nothing, and asks for no role: it shows no person's data.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <set>

#include "actors/casework/clocks.hpp"
#include "apps/cli.hpp"
#include "apps/config.hpp"
#include "apps/session.hpp"
#include "apps/progress.hpp"
#include "apps/store_journal.hpp"
#include "storage/health.hpp"
#include "storage/store_files.hpp"

namespace whorl::apps {
namespace {

using storage::finding;
using storage::findings;
using storage::health;

constexpr const char* check_name = "configuration";

/// What the configuration allows and nobody can do.
void examine_roles(const config& settings, findings& all) {
  const std::pair<actors::permission, const char*> needed[] = {
      {actors::permission::book, "nobody can book: add a lea or a sib"},
      {actors::permission::decide_review, "nobody can decide reviews: add an examiner"},
      {actors::permission::manage_gallery,
       "nobody can change galleries or back up: add an operator"},
      {actors::permission::read_audit, "nobody can read the audit: add an oversight"}};
  for (const auto& [what, words] : needed) {
    bool found = false;
    for (const auto& who : settings.principals) found = found || allows(who.acts_as, what);
    if (!found)
      all.push_back({check_name, health::remark, words, "add a [[principal]] to whorl.toml"});
  }
  for (const auto& who : settings.principals) {
    if (who.acts_as != actors::role::lea) continue;
    if (settings.modes.mode_of(who.ori, to_date8(wall_now())) == jurisdiction_mode::inactive)
      all.push_back({check_name, health::remark,
                     "bookings of " + who.name + " (" + who.ori +
                         ") never meet the immigration gallery: its jurisdiction is inactive",
                     "if that is not meant: [jurisdictions.by_ori] or by_state in whorl.toml"});
  }
}

/// The agencies that the configuration names.
std::set<std::string> agencies_of(const config& settings) {
  std::set<std::string> all;
  for (const auto& who : settings.principals) all.insert(who.ori);
  for (const auto& [ori, mode] : settings.modes.by_ori) all.insert(ori);
  for (const auto& [ori, source] : settings.modes.sources) all.insert(ori);
  for (const auto& change : settings.modes.log) all.insert(change.place);
  std::erase_if(all, [](const std::string& place) { return place.size() != 9; });
  return all;
}

/// Whose clocks may run by the wrong time.
void examine_zones(const config& settings, findings& all) {
  const auto& zones = settings.cases.time_zones;
  for (const std::string& ori : agencies_of(settings)) {
    const std::string state = ori.substr(0, 2);
    if (!casework::has_two_zones(state) || zones.contains(ori) || zones.contains(state)) continue;
    all.push_back({check_name, health::remark,
                   ori + " names no time zone, and " + state +
                       " has two: its detainers' 48 hours are reckoned in " +
                       std::string(casework::zone_of_state(state)),
                   "[jurisdictions.time_zones] of whorl.toml: " + ori + " = \"America/...\""});
  }
}

/// What of people's work nobody is left for.
void examine_examiners(const config& settings, findings& all) {
  const auto is_named = [](const auto& who) { return who.protected_records; };
  if (std::ranges::none_of(settings.principals, is_named))
    all.push_back({check_name, health::remark,
                   "nobody may see protected records: a case that is flagged waits for ever",
                   "protected_records = true at those [[principal]] of whorl.toml who may"});
  const auto there =
      std::ranges::count(settings.principals, actors::role::examiner, &actors::principal::acts_as);
  const auto& rules = settings.cases.reviews;
  const auto needed = std::max(rules.criminal_examiners, rules.immigration_examiners);
  if (needed > 1 && there == needed)
    all.push_back({check_name, health::remark,
                   "reviews ask for " + std::to_string(needed) +
                       " examiners, and there are no more: where they disagree nobody decides",
                   "add an examiner to whorl.toml"});
}

findings examine_config(const context& ctx) {
  const auto settings = read_config(ctx.store + "/whorl.toml");
  if (!settings)
    return {
        {check_name, health::wrong, settings.error().message,
         settings.error().code == errc::io
             ? "restore whorl.toml from a backup, or `whorl --store ELSEWHERE init` and take the "
               "one it makes"
             : "correct that line of whorl.toml; every command refuses until then"}};
  findings all;
  if (!ctx.as.empty())
    if (const auto who = find_principal(*settings, ctx.as); !who)
      all.push_back({check_name, health::wrong, who.error().message, "choose one of them"});
  examine_roles(*settings, all);
  examine_zones(*settings, all);
  examine_examiners(*settings, all);
  if (all.empty())
    all.push_back({check_name, health::well,
                   std::to_string(settings->principals.size()) + " principals, default " +
                       settings->default_principal,
                   ""});
  return all;
}

void print_text(const findings& all, bool quiet, std::size_t wrong, std::size_t remarks) {
  const std::map<health, const char*> words = {
      {health::well, "well  "}, {health::remark, "note  "}, {health::wrong, "WRONG "}};
  for (const finding& f : all) {
    if (quiet && f.level == health::well) continue;
    std::cout << words.at(f.level) << f.check << ": " << printable(f.what) << "\n";
    if (!f.advice.empty()) std::cout << "       -> " << printable(f.advice) << "\n";
  }
  std::cout << (wrong == 0 ? "\nNothing is wrong with the store"
                           : "\n" + std::to_string(wrong) + " wrong")
            << (remarks > 0 ? ", " + std::to_string(remarks) + " to note" : "") << ".\n";
}

void print_json(const context& ctx, const findings& all, std::size_t wrong) {
  const std::map<health, const char*> words = {
      {health::well, "well"}, {health::remark, "note"}, {health::wrong, "wrong"}};
  json list = json::array();
  for (const finding& f : all)
    list.push_back({{"check", f.check},
                    {"level", words.at(f.level)},
                    {"what", printable(f.what)},
                    {"advice", printable(f.advice)}});
  print_document({{"ok", wrong == 0}, {"store", ctx.store}, {"findings", list}});
}

result<int> run(const context& ctx) {
  findings all = storage::examine_folder(ctx.store);
  const auto add = [&](findings more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(ctx.store, ignored)) {
    add(examine_config(ctx));
    if (const auto partitions = storage::read_format(ctx.store)) {
      add(storage::examine_limits(*partitions));
      std::optional<progress> bar;
      const auto at_step = [&](std::size_t done, std::size_t n) {
        if (!bar) bar.emplace("checks", n, ctx.quiet || ctx.as_json);
        bar->at(done);
      };
      const auto settings = read_config(ctx.store + "/whorl.toml");
      if (settings && settings->journal) {
        findings servers = examine_journal(*settings->journal);
        // Opening the journal would make streams that are not there.
        const bool well = std::ranges::none_of(
            servers, [](const finding& f) { return f.level == health::wrong; });
        add(std::move(servers));
        add(storage::examine_contents(ctx.store, *partitions, at_step, [&] {
          if (well) return open_remote_journal(*settings->journal);
          return result<std::unique_ptr<storage::journal>>(
              make_error(errc::unavailable, "the journal's servers are not well"));
        }));
      } else {
        add(storage::examine_contents(ctx.store, *partitions, at_step));
      }
    }
  }
  std::size_t wrong = 0, remarks = 0;
  for (const finding& f : all) {
    wrong += f.level == health::wrong;
    remarks += f.level == health::remark;
  }
  if (ctx.as_json)
    print_json(ctx, all, wrong);
  else
    print_text(all, ctx.quiet, wrong, remarks);
  return wrong == 0 ? exit_done : exit_unwell;
}

}  // namespace

void add_doctor(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand(
      "doctor", "say in words what is wrong with the store or its configuration, and what to do");
  sub->footer(
      "Examples:\n  whorl doctor\n  whorl --store /srv/whorl --quiet doctor\n"
      "  whorl --json doctor\n\n"
      "Changes nothing; works beside a node and on stores that cannot be opened. Exit code 5:\n"
      "something is wrong; what is only to be noted leaves 0.");
  on_run(*sub, ctx, [&ctx] { return run(ctx); });
}

}  // namespace whorl::apps
