#include "apps/sim_inputs.hpp"

#include <charconv>
#include <filesystem>
#include <limits>
#include <thread>

#include "actors/casework/rule_file.hpp"
#include "apps/files.hpp"
#include "apps/progress.hpp"
#include "messages/limits.hpp"
#include "sim/rollout/calendar.hpp"
#include "sim/rollout/shipped.hpp"

namespace whorl::apps {
namespace {

/// A list of activations has a line a county; more than a megabyte is something else.
constexpr std::size_t strategy_bytes_max = 1u << 20;
constexpr std::size_t figures_bytes_max = 4u << 20;

result<sim_inputs> finish(const sim_options& from, sim_inputs inputs) {
  rollout::scenario& s = inputs.what;
  if (!from.to.empty()) {
    WHORL_ASSIGN(s.to, rollout::parse_day(from.to));
    if (s.to <= s.from)
      return make_error(errc::invalid_input, "--to " + from.to + " is not after the scenario's " +
                                                 "first day, " + rollout::day_text(s.from));
  }
  constexpr std::int32_t days_max = 20 * 366;
  if (s.to - s.from > days_max)
    return make_error(errc::invalid_input, "--to " + from.to + ": a run has at most 20 years");
  if (from.pace > 0 && !rollout::has_pace(s.strategy))
    return make_error(
        errc::invalid_input,
        "--pace: strategy " + std::string(to_string(s.strategy)) + " does not take history's days");
  if (from.pace > 0) s.pace = from.pace;
  if (!from.pace_by.empty()) s.pace_by_population = from.pace_by == "population";
  if (s.strategy == rollout::strategy_kind::file) {
    if (s.strategy_file.empty())
      return make_error(errc::invalid_input,
                        "strategy file: which? Name it with --strategy FILE.csv, or strategy_file "
                        "in the scenario");
    WHORL_ASSIGN(inputs.strategy_text, read_text(s.strategy_file, strategy_bytes_max));
  }
  inputs.rules = casework::usual_settings();
  if (s.rules_as_of > 0) inputs.rules.as_of = to_date8(instant{rollout::begin_of(s.rules_as_of)});
  for (const std::string& file : s.rule_files) {
    WHORL_ASSIGN(const std::string text, read_text(file, limits::rule_file_bytes_max));
    WHORL_ASSIGN(casework::rule_set rules, casework::parse_rules(text, file));
    inputs.rules.rules.push_back(std::move(rules));
  }
  return inputs;
}

status set_strategy(rollout::scenario& s, const std::string& name) {
  if (name.ends_with(".csv")) {
    s.strategy = rollout::strategy_kind::file;
    s.strategy_file = name;
    return {};
  }
  WHORL_ASSIGN(s.strategy, rollout::parse_strategy(name));
  return {};
}

}  // namespace

result<std::string> read_text(const std::string& file, std::size_t most) {
  const result<bytes> content = read_whole(file, most);
  // Named by who gave the command: an argument that is wrong, not a store that refuses.
  if (!content) return make_error(errc::invalid_input, content.error().message);
  return std::string(reinterpret_cast<const char*>(content->data()), content->size());
}

status write_text(const std::string& file, std::string_view text) {
  return write_whole(file, {reinterpret_cast<const std::byte*>(text.data()), text.size()});
}

CLI::Validator whole_number() {
  return CLI::Validator(
      [](std::string& text) {
        std::uint64_t value = 0;
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
        return failed == std::errc() && end == text.data() + text.size()
                   ? std::string()
                   : "'" + printable(text.substr(0, 40)) + "': a whole number from 0 to " +
                         std::to_string(std::numeric_limits<std::uint64_t>::max()) + " is expected";
      },
      "");
}

void add_sim_options(CLI::App& sub, sim_options& into, std::size_t replications) {
  into.replications = replications;
  sub.add_option("--scenario", into.scenario,
                 "TOML with what is different from the usual one; shipped: usual, rules-of-2008");
  sub.add_option("--strategy", into.strategy,
                 "historical, risk, population, border, random, all-at-once, capacity-gated, or a "
                 "CSV of FIPS,YYYY-MM-DD");
  sub.add_option("--to", into.to, "end before this day, YYYY-MM-DD");
  sub.add_option("--pace", into.pace, "history's days from the start are divided by this")
      ->check(CLI::Range(0.01, 100.0));
  sub.add_option("--pace-by", into.pace_by, "other strategies keep history's pace by")
      ->check(CLI::IsMember({"counties", "population"}));
  sub.add_option("--seed", into.seed, "of all chance")
      ->capture_default_str()
      ->check(whole_number());
  sub.add_option("--replications", into.replications, "runs with seeds that follow")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  sub.add_option("--threads", into.threads, "0: all; the results do not depend on it")
      ->check(CLI::Range(0, 256));
}

result<sim_inputs> load_sim(const sim_options& from) {
  sim_inputs inputs;
  inputs.what = rollout::usual_scenario();
  if (!from.scenario.empty()) {
    std::string text(rollout::shipped_text(from.scenario + ".toml"));
    if (text.empty()) {
      WHORL_ASSIGN(text, read_text(from.scenario, limits::rule_file_bytes_max));
    }
    WHORL_ASSIGN(inputs.what, rollout::parse_scenario(inputs.what, text, from.scenario));
  }
  if (!from.strategy.empty()) WHORL_TRY(set_strategy(inputs.what, from.strategy));
  return finish(from, std::move(inputs));
}

result<sim_inputs> load_sim_named(const sim_options& from, const std::string& name) {
  sim_options changed = from;
  if (name.ends_with(".toml") || !rollout::shipped_text(name + ".toml").empty())
    changed.scenario = name;
  else
    changed.strategy = name;
  return load_sim(changed);
}

std::size_t threads_of(const sim_options& how) {
  return how.threads != 0 ? how.threads : std::thread::hardware_concurrency();
}

namespace {
rollout::replication_setup setup_of(const sim_inputs& inputs, const sim_options& how,
                                    std::size_t traces) {
  rollout::replication_setup setup;
  setup.what = &inputs.what;
  setup.rules = &inputs.rules;
  setup.strategy_text = inputs.strategy_text;
  setup.seed = how.seed;
  setup.count = how.replications;
  setup.threads = threads_of(how);
  setup.traces = traces;
  return setup;
}
}  // namespace

result<std::uint64_t> work_of(const sim_inputs& inputs, const sim_options& how) {
  return rollout::expected_work(setup_of(inputs, how, 0));
}

result<std::vector<rollout::run_output>> run_sim(
    const sim_inputs& inputs, const sim_options& how, std::size_t traces,
    const std::function<void(std::uint64_t work)>& progress) {
  rollout::replication_setup setup = setup_of(inputs, how, traces);
  setup.progress = progress;
  return rollout::replicate(setup);
}

result<std::vector<rollout::run_output>> run_sim(const context& ctx, const sim_inputs& inputs,
                                                 const sim_options& how, const std::string& label,
                                                 std::size_t traces) {
  WHORL_ASSIGN(const std::uint64_t work, work_of(inputs, how));
  progress bar(label + ", bookings", work, ctx.quiet || ctx.as_json);
  return run_sim(inputs, how, traces, [&](std::uint64_t done) { bar.at(done); });
}

result<std::vector<rollout::figure>> known_figures(const std::string& file,
                                                   std::vector<std::string>* unused) {
  if (file.empty())
    return rollout::parse_figures(rollout::shipped_text("published.csv"), "published.csv");
  WHORL_ASSIGN(const std::string text, read_text(file, figures_bytes_max));
  return rollout::parse_figures(text, file, unused);
}

void add_sim(CLI::App& app, context& ctx) {
  auto* sub = app.add_subcommand("sim", "simulations");
  sub->require_subcommand(1);
  auto* rollout = sub->add_subcommand(
      "rollout", "activation county by county: load, waiting, outcomes (docs/ROLLOUT.md)");
  rollout->require_subcommand(1);
  add_sim_run(*rollout, ctx);
  add_sim_compare(*rollout, ctx);
  add_sim_solve(*rollout, ctx);
  add_sim_explain(*rollout, ctx);
  add_sim_validate(*rollout, ctx);
  add_sim_fit(*rollout, ctx);
  add_sim_load(*rollout, ctx);
  add_sim_cluster(*sub, ctx);
}

}  // namespace whorl::apps
