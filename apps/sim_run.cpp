// whorl sim rollout run: one scenario, its series as CSV and JSON, and a report for a browser.
#include <chrono>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <thread>

#include "apps/progress.hpp"
#include "apps/sim_inputs.hpp"
#include "apps/table.hpp"
#include "sim/rollout/calendar.hpp"
#include "sim/rollout/distributions.hpp"
#include "sim/rollout/report.hpp"
#include "sim/rollout/series.hpp"
#include "sim/rollout/tornado.hpp"

namespace whorl::apps {
namespace {

struct run_options {
  sim_options sim;
  std::string out = "rollout-report";
  std::size_t traces = 0;
  bool sensitivity = false;
  std::string solve, target = "p95 answer <= 4h";
};

using rollout::metric;

status write_results(const std::string& folder, const rollout::scenario& what,
                     const std::vector<rollout::run_output>& runs,
                     const std::vector<rollout::series>& all, const rollout::report& report) {
  WHORL_TRY(write_text(folder + "/monthly.csv", rollout::monthly_csv(runs, all)));
  WHORL_TRY(write_text(folder + "/monthly.json", rollout::monthly_json(what, runs, all)));
  WHORL_TRY(write_text(folder + "/answers.csv", rollout::answers_csv(runs)));
  WHORL_TRY(write_text(folder + "/distributions.csv", rollout::distributions_csv(runs)));
  WHORL_TRY(write_text(folder + "/counties.csv", rollout::counties_csv(runs.front())));
  WHORL_TRY(write_text(folder + "/activation.csv", rollout::activation_csv(runs.front())));
  WHORL_TRY(write_text(folder + "/report.html", report.html));
  for (const auto& [name, picture] : report.pictures)
    WHORL_TRY(write_text(folder + "/" + name, picture));
  if (runs.front().traces.empty()) return {};
  return write_text(folder + "/traces.jsonl", rollout::traces_jsonl(runs.front()));
}

/// Empty, or of an earlier run, whose traces would not fit the new results.
status check_folder(const std::string& folder) {
  std::error_code ignored;
  const bool is_ours = std::filesystem::exists(folder + "/monthly.json", ignored) &&
                       std::filesystem::exists(folder + "/answers.csv", ignored);
  if (!is_ours && !std::filesystem::is_empty(folder, ignored))
    return make_error(errc::conflict,
                      folder + " holds other files than a report's: name an empty folder (--out)");
  std::filesystem::remove(folder + "/traces.jsonl", ignored);
  return {};
}

constexpr metric shown[] = {metric::submissions,
                            metric::matches,
                            metric::citizens,
                            metric::lawful_residents,
                            metric::detainers,
                            metric::conditional_detainers,
                            metric::citizens_under_detainer,
                            metric::detainers_expired,
                            metric::arrests,
                            metric::removals,
                            metric::level1_removed,
                            metric::removed_noncriminal};

void print_summary(const rollout::scenario& what, const std::vector<rollout::run_output>& runs,
                   const std::string& folder, double seconds) {
  table text({"simulated by the end of", "2009", "2010", "2011", "2012", "the run"});
  for (const metric m : shown) {
    std::vector<std::string> row{std::string(to_string(m))};
    for (const char* day : {"2009-12-31", "2010-12-31", "2011-12-31", "2012-12-31", "2100-01-01"}) {
      double sum = 0;
      for (const auto& run : runs) sum += run.until(m, rollout::parse_day(day).value());
      row.push_back(
          with_commas(static_cast<std::uint64_t>(sum / static_cast<double>(runs.size()))));
    }
    text.add(std::move(row));
  }
  std::cout << "scenario " << what.name << ", strategy " << to_string(what.strategy) << ", "
            << rollout::day_text(what.from) << " to " << rollout::day_text(what.to) << ", "
            << runs.size() << " replications, " << with_commas(runs.front().events)
            << " events in the first; " << decimal(seconds) << " s\n\n";
  text.print(std::cout);
  std::cout
      << "\nwritten to " << printable(folder) << ": monthly.csv, monthly.json, answers.csv, "
      << "distributions.csv, counties.csv, activation.csv, pictures as SVG\nopen in a browser: "
      << printable(folder) << "/report.html\n";
}

result<int> run(const context& ctx, const run_options& o) {
  WHORL_ASSIGN(const sim_inputs inputs, load_sim(o.sim));
  std::error_code failed;  // before the work: a folder that cannot be is known at once
  std::filesystem::create_directories(o.out, failed);
  if (failed || !std::filesystem::is_directory(o.out))
    return make_error(errc::io, o.out + " cannot be made a folder" +
                                    (failed ? ": " + failed.message() : std::string()));
  WHORL_TRY(check_folder(o.out));
  const auto begin = std::chrono::steady_clock::now();
  WHORL_ASSIGN(const auto runs, run_sim(ctx, inputs, o.sim, "simulating", o.traces));
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const auto all = rollout::monthly_series(runs);
  rollout::report_parts parts{&inputs.what, runs, &all, {}, {}, 0, 0};
  WHORL_ASSIGN(const auto published, known_figures(""));
  parts.published = published;
  if (o.sensitivity) {
    progress bar("sensitivity", rollout::tornado_runs(inputs.what), ctx.quiet || ctx.as_json);
    std::mutex one_at_a_time;
    auto found = rollout::tornado(inputs.what, inputs.rules, o.sim.seed, inputs.strategy_text,
                                  threads_of(o.sim), 12, [&](std::size_t done) {
                                    const std::scoped_lock lock(one_at_a_time);
                                    bar.at(done);
                                  });
    parts.tornado = std::move(found.strongest);
    parts.tornado_centre = found.centre;
    parts.tornado_until = found.until;
  }
  WHORL_TRY(write_results(o.out, inputs.what, runs, all, rollout::make_report(parts)));
  if (ctx.as_json)
    std::cout << rollout::monthly_json(inputs.what, runs, all);
  else if (!ctx.quiet)
    print_summary(inputs.what, runs, o.out, seconds);
  return exit_done;
}

}  // namespace

void add_sim_run(CLI::App& rollout, context& ctx) {
  auto* sub = rollout.add_subcommand("run", "simulate a scenario and write a report");
  const auto o = std::make_shared<run_options>();
  add_sim_options(*sub, o->sim, 1);
  sub->add_option("--out", o->out, "folder of the results")->capture_default_str();
  sub->add_option("--trace", o->traces, "steps of so many first cases, to traces.jsonl")
      ->check(CLI::Range(0, 1'000'000));
  sub->add_flag("--sensitivity", o->sensitivity,
                "add a picture of what moves removals: every parameter by a fifth (some minutes)");
  sub->footer(
      "Examples:\n  whorl sim rollout run\n  whorl sim rollout run --strategy risk --replications "
      "10 --out risk\n  whorl sim rollout run --scenario mine.toml --seed 7 --json");
  sub->add_option("--solve", o->solve, "as whorl sim rollout solve, with --replications seeds")
      ->check(CLI::IsMember({"staff", "beds", "transport", "pace"}));
  for (const char* none : {"--out", "--trace", "--sensitivity"})
    sub->get_option("--solve")->excludes(sub->get_option(none));
  sub->add_option("--target", o->target, "with --solve staff or pace")->capture_default_str();
  on_run(*sub, ctx, [&ctx, o] {
    return o->solve.empty() ? run(ctx, *o) : solve_sim(ctx, o->sim, o->solve, o->target);
  });
}

}  // namespace whorl::apps
