// whorl sim rollout compare and solve: which strategy, and how many people, beds and seats.
#include <cmath>
#include <iostream>

#include "apps/progress.hpp"
#include "apps/sim_inputs.hpp"
#include "apps/table.hpp"
#include "sim/rollout/calendar.hpp"
#include "sim/rollout/paired.hpp"
#include "sim/rollout/series.hpp"
#include "sim/rollout/solving.hpp"

namespace whorl::apps {
namespace {

struct ask_options {
  sim_options sim;
  std::vector<std::string> names;
  std::string what = "staff", target = "p95 answer <= 4h";
};

std::string number(double value) {
  const double size = std::abs(value);
  std::string out = size < 1000 ? decimal(size, size < 100 ? 2 : 1)
                                : with_commas(static_cast<std::uint64_t>(size + 0.5));
  return (value < 0 ? "-" : "") + out;
}
std::string signed_number(double value) { return (value > 0 ? "+" : "") + number(value); }

/// One run has no interval: nothing, not one without width.
json as_json(const rollout::interval& i, std::size_t runs) {
  if (runs < 2) return {{"mean", i.mean}, {"low", nullptr}, {"high", nullptr}};
  return {{"mean", i.mean}, {"low", i.low}, {"high", i.high}};
}
std::string range(const rollout::difference& d) {
  if (d.runs < 2) return "-";
  return signed_number(d.paired.low) + " .. " + signed_number(d.paired.high);
}

/// All that are compared, under one bar: its estimate knows that some cost more than others.
result<std::vector<std::vector<rollout::run_output>>> run_named(const context& ctx,
                                                                const ask_options& o) {
  std::vector<sim_inputs> inputs;
  std::uint64_t work = 0, done = 0;
  for (const std::string& name : o.names) {
    WHORL_ASSIGN(sim_inputs one, load_sim_named(o.sim, name));
    if (!inputs.empty() &&
        (one.what.to != inputs[0].what.to || one.what.from != inputs[0].what.from))
      return make_error(errc::invalid_input,
                        name + " and " + o.names[0] +
                            " do not cover the same days: give both the same from and --to");
    WHORL_ASSIGN(const std::uint64_t more, work_of(one, o.sim));
    work += more;
    inputs.push_back(std::move(one));
  }
  progress bar("comparing, bookings", work, ctx.quiet || ctx.as_json);
  std::vector<std::vector<rollout::run_output>> out;
  for (const sim_inputs& one : inputs) {
    WHORL_ASSIGN(auto runs,
                 run_sim(one, o.sim, 0, [&](std::uint64_t of_this) { bar.at(done + of_this); }));
    WHORL_ASSIGN(const std::uint64_t more, work_of(one, o.sim));
    done += more;
    out.push_back(std::move(runs));
  }
  return out;
}

result<int> compare(const context& ctx, const ask_options& o) {
  WHORL_ASSIGN(const auto all, run_named(ctx, o));
  json out = json::array();
  for (std::size_t k = 1; k < all.size(); ++k) {
    table text({"simulated", o.names[0], o.names[k], "difference", "95 % interval", "clear"});
    json rows = json::array();
    for (const auto& d : rollout::compare_runs(all[0], all[k])) {
      const std::string unit = d.what->unit.empty() ? "" : ", " + d.what->unit;
      text.add({d.what->name + unit, number(d.first.mean), number(d.second.mean),
                signed_number(d.paired.mean), range(d),
                d.runs < 2     ? "-"
                : d.is_clear() ? "yes"
                               : ""});
      rows.push_back({{"measure", d.what->name},
                      {"unit", d.what->unit},
                      {"first", as_json(d.first, d.runs)},
                      {"second", as_json(d.second, d.runs)},
                      {"difference", as_json(d.paired, d.runs)},
                      {"clear", d.runs < 2 ? json() : json(d.is_clear())}});
    }
    out.push_back({{"first", o.names[0]}, {"second", o.names[k]}, {"measures", rows}});
    if (ctx.as_json) continue;
    text.print(std::cout);
    std::cout << "\n";
  }
  if (ctx.as_json)
    print_document({{"simulated", true}, {"replications", o.sim.replications}, {"compared", out}});
  else if (o.sim.replications < 2)
    std::cout << "1 replication: no intervals, and nothing is clear (--replications 5 has them)\n";
  else
    std::cout << o.sim.replications
              << " replications with the same bookings in each; differences pair by pair\n";
  return exit_done;
}

void print_needs(const context& ctx, const std::string& what, const std::string& met_name,
                 bool by_shift, std::size_t seeds,
                 const std::vector<rollout::need_of_month>& needs) {
  json rows = json::array();
  table text(by_shift ? std::vector<std::string>{"month", "0 to 8", "8 to 16", "16 to 24", met_name}
                      : std::vector<std::string>{"month", what, met_name});
  for (const auto& n : needs) {
    const std::string month = rollout::month_text(n.month);
    if (by_shift)
      text.add({month, std::to_string(n.servers[0]), std::to_string(n.servers[1]),
                std::to_string(n.servers[2]), number(n.met)});
    else
      text.add({month, std::to_string(n.servers[0]), number(n.met)});
    json row{{"month", month}};
    if (by_shift)
      row["by_shift"] = {n.servers[0], n.servers[1], n.servers[2]};
    else
      row["needed"] = n.servers[0];
    row[met_name] = n.met;
    rows.push_back(std::move(row));
  }
  if (ctx.as_json)
    print_document({{"simulated", true}, {"solved", what}, {"seeds", seeds}, {"months", rows}});
  else
    text.print(std::cout);
}

/// About so many: a bisection, and the tries with all seeds before and after it.
std::size_t solving_runs(const std::string& what, std::size_t seeds) {
  if (what == "staff") return 8 + 3 * seeds;
  return what == "pace" ? 10 * seeds : seeds;
}

}  // namespace

result<int> solve_sim(const context& ctx, const sim_options& sim, const std::string& what,
                      const std::string& target_text) {
  WHORL_ASSIGN(const sim_inputs inputs, load_sim(sim));
  WHORL_ASSIGN(const auto target, rollout::parse_target(target_text));
  sim_options one = sim;
  one.replications = 1;
  WHORL_ASSIGN(const std::uint64_t work, work_of(inputs, one));
  progress bar("solving, bookings", work * solving_runs(what, sim.replications),
               ctx.quiet || ctx.as_json);
  rollout::solving from{&inputs.what,
                        &inputs.rules,
                        inputs.strategy_text,
                        sim.seed,
                        sim.replications,
                        threads_of(sim),
                        [&](std::uint64_t done) { bar.at(done); }};
  if (what == "staff") {
    WHORL_ASSIGN(const auto needs, rollout::solve_staff(from, target));
    print_needs(ctx, "analysts", "answer_minutes", true, sim.replications, needs);
    const double most = static_cast<double>(target.within_ms) / rollout::minute_ms;
    const auto missed = std::ranges::count_if(needs, [&](const auto& n) { return n.met > most; });
    if (missed > 0 && !ctx.quiet)
      std::cerr << "whorl: " << missed << " months still miss the target: those above "
                << number(most) << " minutes\n";
    return exit_done;
  }
  if (what == "beds" || what == "transport") {
    const auto which = what == "beds" ? rollout::resource_id::beds : rollout::resource_id::seats;
    WHORL_ASSIGN(const auto needs, rollout::solve_places(from, which));
    print_needs(ctx, what == "beds" ? "beds" : "seats a day", "percent_used", false,
                sim.replications, needs);
    return exit_done;
  }
  WHORL_ASSIGN(const auto found, rollout::solve_pace(from, target));
  if (ctx.as_json) {
    print_document({{"simulated", true},
                    {"solved", "pace"},
                    {"seeds", sim.replications},
                    {"possible", found.possible},
                    {"pace", found.pace},
                    {"last_activation", rollout::day_text(found.last_day)},
                    {"worst_month_minutes", found.met_minutes}});
  } else if (!found.possible) {
    std::cout << "not even a fifth of history's pace holds the target: its worst month has "
              << number(found.met_minutes) << " minutes. Ask --solve staff how many are needed.\n";
  } else {
    std::cout << "fastest pace that holds: " << number(found.pace) << " times history's; the last "
              << "county on " << rollout::day_text(found.last_day) << "; worst month "
              << number(found.met_minutes) << " minutes\n";
    if (found.possible && found.last_day >= inputs.what.to)
      std::cout << "the run ends before that day: months after it were not looked at (--to)\n";
  }
  return exit_done;
}

void add_sim_compare(CLI::App& rollout, context& ctx) {
  auto* sub = rollout.add_subcommand("compare", "strategies or scenarios side by side");
  const auto o = std::make_shared<ask_options>();
  sub->add_option("names", o->names, "strategies, CSVs of activation days, or scenarios' TOML")
      ->required()
      ->expected(2, 10);
  add_sim_options(*sub, o->sim, 5);
  sub->footer(
      "Examples:\n  whorl sim rollout compare historical risk border\n"
      "  whorl sim rollout compare historical mine.toml --replications 10\n"
      "  whorl sim rollout compare all-at-once capacity-gated --to 2011-01-01 --json");
  on_run(*sub, ctx, [&ctx, o] { return compare(ctx, *o); });
}

void add_sim_solve(CLI::App& rollout, context& ctx) {
  auto* sub = rollout.add_subcommand("solve", "how many analysts, beds, seats; or which pace");
  const auto o = std::make_shared<ask_options>();
  add_sim_options(*sub, o->sim, 3);
  sub->add_option("what", o->what, "staff, beds, transport or pace")
      ->required()
      ->check(CLI::IsMember({"staff", "beds", "transport", "pace"}));
  sub->add_option("--target", o->target, "of staff and pace")->capture_default_str();
  sub->footer(
      "Examples:\n  whorl sim rollout solve staff --target \"p95 answer <= 2h\"\n"
      "  whorl sim rollout solve beds --strategy all-at-once\n"
      "  whorl sim rollout solve pace --strategy risk");
  on_run(*sub, ctx, [&ctx, o] { return solve_sim(ctx, o->sim, o->what, o->target); });
}

}  // namespace whorl::apps
