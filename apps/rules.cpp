// whorl rules: the rule-sets of a store, what they say of a case, and what another set would have
// said.
#include <iostream>
#include <map>
#include <memory>
#include <optional>

#include "actors/casework/rule_file.hpp"
#include "actors/casework/rule_history.hpp"
#include "apps/answers.hpp"
#include "apps/case_commands.hpp"
#include "apps/casework/case_desk.hpp"
#include "apps/casework/step_words.hpp"
#include "apps/documents.hpp"
#include "apps/files.hpp"
#include "apps/session.hpp"
#include "apps/table.hpp"
#include "messages/limits.hpp"

namespace whorl::apps {
namespace {

using casework::rule_set;

result<rule_set> read_rules(const std::string& file) {
  WHORL_ASSIGN(const bytes text, read_whole(file, limits::rule_file_bytes_max));
  return casework::parse_rules({reinterpret_cast<const char*>(text.data()), text.size()}, file);
}

std::string scope_words(const rule_set& rules) {
  std::string out;
  for (const auto& place : rules.scope) out += (out.empty() ? "" : ", ") + place;
  return out.empty() ? "everywhere" : out;
}

std::string level_words(std::uint8_t level) { return level == 0 ? "none" : std::to_string(level); }

result<int> list(const context& ctx, session& s) {
  table text({"version", "in force from", "where", "criteria", "title"});
  for (const rule_set& one : s.settings().cases.rules)
    text.add({one.version, date_words(one.effective), scope_words(one),
              std::to_string(one.criteria.size()), one.title});
  if (ctx.as_json)
    print_document({{"rules", rules_document(s.settings().cases.rules)}});
  else
    text.print(std::cout);
  return exit_done;
}

result<int> check(const context& ctx, const std::string& file) {
  WHORL_ASSIGN(const rule_set rules, read_rules(file));
  if (ctx.as_json)
    print_document({{"file", printable(file)}, {"version", rules.version}, {"good", true}});
  else if (!ctx.quiet)
    std::cout << printable(file) << ": good; version " << rules.version << ", in force from "
              << date_words(rules.effective) << ", " << scope_words(rules) << ", "
              << rules.criteria.size() << " criteria\n";
  return exit_done;
}

/// Null where the store does not have it.
const rule_set* find_rules(session& s, const std::string& version) {
  for (const rule_set& one : s.settings().cases.rules)
    if (one.version == version) return &one;
  return nullptr;
}

/// By version among the store's, else a file.
result<rule_set> named_rules(session& s, const std::string& name) {
  const rule_set* const found = find_rules(s, name);
  return found != nullptr ? *found : read_rules(name);
}

/// Which set decided what so far, and why that one.
json decisions_document(const std::vector<casework::rule_use>& uses) {
  json out = json::array();
  for (const casework::rule_use& one : uses)
    out.push_back({{"at", to_string(one.at)},
                   {"step", to_string(one.step)},
                   {"decided", one.decided},
                   {"level", one.level},
                   {"rule_set", one.version},
                   {"effective", one.effective.empty() ? json() : json(date_words(one.effective))},
                   {"because", one.because}});
  return out;
}

void print_decisions(const std::vector<casework::rule_use>& uses) {
  table text({"when", "step", "level", "by", "in force from", "decided", "because"});
  for (const casework::rule_use& one : uses)
    text.add({to_string(one.at), std::string(to_string(one.step)), level_words(one.level),
              one.version, one.effective.empty() ? "-" : date_words(one.effective), one.decided,
              one.because});
  std::cout << "\nwhat has been decided so far, each step by the set of its own day\n\n";
  text.print(std::cout);
}

result<int> explain(const context& ctx, session& s, const std::string& id,
                    const std::string& with) {
  WHORL_ASSIGN(const standing_case one, known_case(s, id));
  WHORL_TRY(s.append({s.audit("explain rules", id, "case work", with)}));
  const std::string& as_of = s.settings().cases.as_of;
  const std::string day = as_of.empty() ? to_date8(wall_now()) : as_of;
  const rule_set* found = casework::in_force(s.settings().cases.rules, one.accepted.ori, day);
  rule_set rules;
  if (!with.empty()) {
    WHORL_ASSIGN(rules, named_rules(s, with));
  } else if (found == nullptr) {
    return make_error(errc::not_found, "no rules are in force on " + date_words(day));
  } else {
    rules = *found;
  }
  casework::evidence known = casework::evidence_of(one.view);
  const bool presumed = one.view.status.empty();
  if (presumed) known.facts.emplace("removable");
  const casework::ruling ruling = casework::evaluate(rules, known);
  json criteria = json::array();
  table text({"level", "criterion", "holds", "because", "would need"});
  for (const auto& f : ruling.findings) {
    std::string because, undecided;
    for (const auto& b : f.because) because += (because.empty() ? "" : "; ") + b;
    for (const auto& u : f.undecided) undecided += (undecided.empty() ? "" : "; ") + u;
    text.add(
        {std::to_string(f.what->level), f.what->name, f.holds ? "true" : "false", because,
         undecided.empty() || f.holds ? "" : "class, sentence or disposition of " + undecided});
    criteria.push_back({{"criterion", f.what->name},
                        {"level", f.what->level},
                        {"holds", f.holds},
                        {"because", f.because},
                        {"undecided", f.undecided}});
  }
  const auto& follows = rules.by_level[ruling.level];
  const auto uses = casework::rule_history(s.settings().cases, one.accepted.ori, one.row.events);
  if (ctx.as_json) {
    print_document({{"case", id},
                    {"rule_set", rules.version},
                    {"level", ruling.level},
                    {"detainer", to_string(follows.detainer)},
                    {"status_presumed_removable", presumed},
                    {"missing_facts", ruling.missing},
                    {"criteria", criteria},
                    {"decisions", decisions_document(uses)}});
    return exit_done;
  }
  std::cout << "case " << id << " under " << rules.version << " (" << rules.title << ")\n\n";
  text.print(std::cout);
  std::cout << "\nlevel " << level_words(ruling.level)
            << "; detainer: " << to_string(follows.detainer) << "\n";
  if (presumed)
    std::cout << "no status has been found yet: the level is what it would be, were the person "
                 "removable\n";
  for (const auto& fact : ruling.missing)
    std::cout << "the rule-set asks for the fact '" << fact << "', which is not on record\n";
  print_decisions(uses);
  return exit_done;
}

/// What a version of this store says of a level; nothing where the store does not have it any more.
std::optional<casework::outcome> outcome_of(session& s, const std::string& version,
                                            std::uint8_t level) {
  if (version == "none") return casework::outcome{};  // no rules were in force
  const rule_set* const found = find_rules(s, version);
  return found != nullptr ? std::optional(found->by_level[level]) : std::nullopt;
}

std::string outcome_words(const std::optional<casework::outcome>& what) {
  if (!what) return "?";
  return std::string(to_string(what->detainer)) + ", " + std::to_string(what->answer_due_minutes) +
         " min";
}

struct replay_options {
  std::string from, to, with;
};

result<int> replay(const context& ctx, session& s, const replay_options& o) {
  WHORL_ASSIGN(const instant from, parse_moment(o.from));
  WHORL_ASSIGN(const instant to, parse_moment(o.to));
  WHORL_ASSIGN(const rule_set other, named_rules(s, o.with));
  WHORL_ASSIGN(const auto cases,
               known_cases(s.store(), s.who(), std::numeric_limits<std::size_t>::max()));
  std::map<std::pair<std::string, std::string>, std::size_t> moved;
  json changed = json::array();
  table text({"case", "opened", "level", "by", "detainer, answer due",
              "level with " + other.version, "detainer, answer due then"});
  std::size_t count = 0, other_level = 0;
  std::vector<storage::append_request> audit;
  for (auto one = cases.rbegin(); one != cases.rend(); ++one) {
    const storage::case_row* const row = &one->row;
    const instant opened = row->events.front().at;
    if (opened < from || opened >= to) continue;
    ++count;
    const casework::case_view& view = one->view;
    casework::evidence known = casework::evidence_of(view);
    if (view.status.empty()) known.facts.emplace("removable");
    const std::uint8_t level = casework::evaluate(other, known).level;
    ++moved[{level_words(view.level), level_words(level)}];
    const auto was = outcome_of(s, view.rule_set, view.level);
    const casework::outcome& follows = other.by_level[level];
    if (level == view.level && (!was || *was == follows)) continue;
    audit.push_back(s.audit("replay rules", to_string(row->which), "oversight", other.version));
    other_level += level != view.level;
    text.add({to_string(row->which), to_string(opened), level_words(view.level), view.rule_set,
              outcome_words(was), level_words(level), outcome_words(follows)});
    changed.push_back({{"case", to_string(row->which)},
                       {"opened_at", to_string(opened)},
                       {"level", view.level},
                       {"rule_set", view.rule_set},
                       {"detainer", was ? json(to_string(was->detainer)) : json()},
                       {"answer_due_minutes", was ? json(was->answer_due_minutes) : json()},
                       {"level_with", level},
                       {"detainer_with", to_string(follows.detainer)},
                       {"answer_due_minutes_with", follows.answer_due_minutes}});
  }
  WHORL_TRY(s.append(std::move(audit)));
  json matrix = json::array();
  for (const auto& [way, n] : moved)
    matrix.push_back({{"level", way.first}, {"level_with", way.second}, {"cases", n}});
  if (ctx.as_json) {
    print_document(
        {{"with", other.version}, {"cases", count}, {"levels", matrix}, {"changed", changed}});
    return exit_done;
  }
  text.print(std::cout);
  std::cout << "\n"
            << with_commas(count) << " cases, " << with_commas(other_level)
            << " with another level, " << with_commas(changed.size() - other_level)
            << " at the same level with another detainer rule or answer-due time\n";
  for (const auto& [way, n] : moved)
    std::cout << "  " << way.first << " -> " << way.second << ": " << with_commas(n) << "\n";
  return exit_done;
}

}  // namespace

void add_rules(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("rules", "rule-sets: which are there, what they say of a case");
  sub->require_subcommand(1);
  auto* all = sub->add_subcommand("list", "the rule-sets of this store");
  all->footer("Examples:\n  whorl rules list");
  on_run(*all, ctx, [&ctx] {
    return with_session(ctx, std::nullopt, [&](session& s) { return list(ctx, s); });
  });

  auto* look = sub->add_subcommand("check", "whether a file is a good rule-set");
  const auto file = std::make_shared<std::string>();
  look->add_option("file", *file, "TOML (docs/RULES.md)")->required();
  look->footer("Examples:\n  whorl rules check rules/our-county.toml");
  on_run(*look, ctx, [&ctx, file] { return check(ctx, *file); });

  auto* why = sub->add_subcommand("explain", "each criterion for a case: true or false, and why");
  const auto id = std::make_shared<std::string>(), with = std::make_shared<std::string>();
  why->add_option("case", *id, "C...")->required();
  why->add_option("--with", *with, "another version or file (default: the set in force)");
  why->footer("Examples:\n  whorl --as oversight rules explain C0123456789abcdef --with 2011-03");
  on_run(*why, ctx, [&ctx, id, with] {
    return with_session(ctx, actors::permission::read_cases,
                        [&](session& s) { return explain(ctx, s, *id, *with); });
  });

  auto* again = sub->add_subcommand("replay", "what would have been different with another set");
  const auto o = std::make_shared<replay_options>();
  again->add_option("--from", o->from, "cases opened from this day on")->required();
  again->add_option("--to", o->to, "and before this one")->required();
  again->add_option("--with", o->with, "version or file")->required();
  again->footer(
      "Examples:\n  whorl --as oversight rules replay --from 2011-01-01 --to 2012-01-01 --with "
      "2012-12");
  on_run(*again, ctx, [&ctx, o] {
    return with_session(ctx, actors::permission::read_cases,
                        [&](session& s) { return replay(ctx, s, *o); });
  });
}

}  // namespace whorl::apps
