// whorl sim rollout validate, fit: how far the model is from what was published, and where its
// fitted constants come from.
#include <algorithm>
#include <cmath>
#include <iostream>

#include "apps/progress.hpp"
#include "apps/sim_inputs.hpp"
#include "apps/table.hpp"
#include "sim/rollout/calendar.hpp"
#include "sim/rollout/fit.hpp"
#include "sim/rollout/validation.hpp"

namespace whorl::apps {
namespace {

using rollout::comparison;
using rollout::figure;

struct judge_options {
  sim_options sim;
  std::string known, figures;
  std::vector<std::string> places;
};

std::string rounded(double value) {
  if (value < 0) return "-";
  if (value < 1000) return decimal(value, 1);
  return with_commas(static_cast<std::uint64_t>(std::llround(value)));
}
std::string percent(double share) {
  return (share >= 0 ? "+" : "") + decimal(share * 100, 1) + " %";
}
std::string range(const rollout::interval& i) { return rounded(i.low) + " .. " + rounded(i.high); }
std::string error_of(double value, double published) {
  return value < 0 || published == 0 ? "-" : percent(value / published - 1);
}

/// One run has none, but a prediction's rests on how far growth was off before.
bool has_interval(const comparison& c) { return c.runs > 1 || c.kind == "predicted"; }

json as_json(const comparison& c) {
  json out{{"metric", c.published.metric}, {"date", rollout::day_text(c.published.day)}};
  if (!c.published.place.empty()) out["place"] = c.published.place;
  out["published"] = c.published.value;
  out["at_least"] = c.published.at_least;
  out["kind"] = c.kind;
  out["simulated"] = c.simulated.mean;
  out["low"] = has_interval(c) ? json(c.simulated.low) : json();
  out["high"] = has_interval(c) ? json(c.simulated.high) : json();
  out["relative_error"] = c.relative_error;
  if (c.last_value >= 0) out["last_value"] = c.last_value;
  if (c.trend >= 0) out["linear_trend"] = c.trend;
  if (c.last_value >= 0) out["baseline"] = c.is_share ? "share of the nation" : "published";
  return out;
}

std::string baseline(const comparison& c, double value) {
  const std::string error = error_of(value, c.published.value);
  return c.is_share && value >= 0 ? error + " *" : error;
}

void print(const std::vector<comparison>& rows) {
  table text({"figure", "date", "published", "simulated", "95 % interval", "error", "kind",
              "error of last value", "of linear trend"});
  for (const comparison& c : rows) {
    const std::string place = c.published.place.empty() ? "" : "@" + c.published.place;
    text.add({c.published.metric + place, rollout::day_text(c.published.day),
              rounded(c.published.value) + (c.published.at_least ? "+" : ""),
              rounded(c.simulated.mean), has_interval(c) ? range(c.simulated) : "-",
              percent(c.relative_error), c.kind, baseline(c, c.last_value), baseline(c, c.trend)});
  }
  text.print(std::cout);
  if (std::ranges::any_of(rows, &comparison::is_share))
    std::cout << "* nothing was published of the place before: the nation's last value and trend, "
                 "times the\n  place's share of the people activated so far, by days (of "
                 "non-citizens, for submissions of all)\n";
}

/// The nation, or a state or county, at three days.
std::vector<figure> predictions_wanted(std::int32_t last, const std::string& place) {
  std::vector<figure> out;
  for (const char* day : {"2011-06-30", "2012-06-30", "2013-12-31"})
    for (const char* metric :
         {"submissions_cum", "ident_matches_cum", "arrests_cum", "removals_cum"}) {
      figure f;
      f.day = rollout::parse_day(day).value();
      f.metric = metric;
      f.place = place;
      if (f.day < last) out.push_back(std::move(f));
    }
  return out;
}

result<std::vector<figure>> wanted_predictions(const sim_inputs& inputs,
                                               const std::vector<std::string>& places) {
  auto out = predictions_wanted(inputs.what.to, "");
  for (const std::string& name : places) {
    const std::string place = rollout::place_code(name);
    if (place.empty())
      return make_error(
          errc::invalid_input,
          "--place '" + name + "': no state (CA), FIPS code (06037) or 'Name County ST'");
    for (figure& f : predictions_wanted(inputs.what.to, place)) out.push_back(std::move(f));
  }
  return out;
}

/// Of a user's figures those that the model has for the nation alone, or not at all.
std::vector<std::string> beyond_model(const rollout::run_output& run,
                                      const std::vector<figure>& judged) {
  std::vector<std::string> out;
  for (const figure& f : judged)
    if (!rollout::can_compare(run, f))
      out.push_back(rollout::day_text(f.day) + " " + f.metric +
                    (f.place.empty() ? "" : "@" + f.place) + ": not simulated for this place");
  return out;
}

/// To stderr: how many of a user's figures the run is too short for.
void name_late(const std::vector<figure>& judged, std::int32_t to) {
  const auto late =
      std::count_if(judged.begin(), judged.end(), [&](const figure& f) { return f.day >= to; });
  if (late > 0)
    std::cerr << "whorl: " << late << " figures are of " << rollout::day_text(to)
              << " or later, when the run ends: give --to\n";
}

/// To stderr: what of a user's figures is not compared, and why.
void name_unused(const std::vector<std::string>& unused) {
  constexpr std::size_t most = 12;
  if (!unused.empty()) std::cerr << "whorl: " << unused.size() << " rows are not compared:\n";
  for (std::size_t i = 0; i < std::min(most, unused.size()); ++i)
    std::cerr << "  " << printable(unused[i]) << "\n";
  if (unused.size() > most) std::cerr << "  and " << unused.size() - most << " more\n";
}

result<int> validate(const context& ctx, const judge_options& o) {
  WHORL_ASSIGN(const sim_inputs inputs, load_sim(o.sim));
  WHORL_ASSIGN(const std::vector<figure> known, known_figures(o.known));
  std::vector<std::string> unused;
  WHORL_ASSIGN(std::vector<figure> judged,
               known_figures(o.figures.empty() ? o.known : o.figures, &unused));
  const bool says_unused = !o.figures.empty() && !ctx.quiet;
  if (says_unused) {  // at once, not after the run
    name_late(judged, inputs.what.to);
    name_unused(unused);
  }
  WHORL_ASSIGN(const auto wanted, wanted_predictions(inputs, o.places));
  WHORL_ASSIGN(const auto runs, run_sim(ctx, inputs, o.sim, "simulating"));
  auto beyond = beyond_model(runs.front(), judged);
  if (says_unused) name_unused(beyond);
  std::ranges::move(beyond, std::back_inserter(unused));
  std::erase_if(judged, [&](const figure& f) { return f.day >= inputs.what.to; });
  auto rows = rollout::compare_figures(runs, known, judged);
  if (o.figures.empty())  // the roster's dozens of rows are what went in
    std::erase_if(rows, [](const comparison& c) { return c.kind == "input"; });
  if (ctx.as_json) {
    json compared = json::array(), ahead = json::array();
    for (const comparison& c : rows) compared.push_back(as_json(c));
    for (const figure& f : wanted) {
      const auto p = rollout::predicted(runs, known, f);
      ahead.push_back({{"metric", f.metric},
                       {"place", f.place.empty() ? "US" : f.place},
                       {"date", rollout::day_text(f.day)},
                       {"simulated", p.mean},
                       {"low", p.low},
                       {"high", p.high}});
    }
    print_document({{"compared", compared}, {"not_compared", unused}, {"predictions", ahead}});
    return exit_done;
  }
  print(rows);
  std::cout << "\nPredictions (simulated; cumulative since October 2008)\n";
  table text({"figure", "date", "simulated", "95 % interval"});
  for (const figure& f : wanted) {
    const auto p = rollout::predicted(runs, known, f);
    text.add({f.metric + (f.place.empty() ? "" : "@" + f.place), rollout::day_text(f.day),
              rounded(p.mean), range(p)});
  }
  text.print(std::cout);
  return exit_done;
}

result<int> fit(const context& ctx, const judge_options& o) {
  WHORL_ASSIGN(const sim_inputs inputs, load_sim(o.sim));
  if (inputs.what.strategy != rollout::strategy_kind::historical)
    return make_error(
        errc::invalid_input,
        "--strategy: constants are fitted on the historical order alone, which is the "
        "one that figures were published of");
  WHORL_ASSIGN(const auto figures, known_figures(o.known));
  // It is over as soon as all figures are met, mostly after half of that.
  progress bar("fitting, percent of the most it may be", 100, ctx.quiet || ctx.as_json, "at most");
  WHORL_ASSIGN(const auto fitted,
               rollout::fit(inputs.what, inputs.rules, figures, o.sim.seed, [&](double share) {
                 bar.at(static_cast<std::uint64_t>(100 * share));
               }));
  json rows = json::array();
  table text({"constant", "value", "published figure", "date", "published", "simulated"});
  for (std::size_t i = 0; i < fitted.targets.size(); ++i) {
    const auto& t = fitted.targets[i];
    text.add({std::string(t.parameter), decimal(fitted.values[i], 4), std::string(t.metric),
              rollout::day_text(t.published.day), rounded(t.published.value),
              rounded(fitted.simulated[i])});
    rows.push_back({{"parameter", t.parameter},
                    {"value", fitted.values[i]},
                    {"metric", t.metric},
                    {"date", rollout::day_text(t.published.day)},
                    {"published", t.published.value},
                    {"simulated", fitted.simulated[i]}});
  }
  if (ctx.as_json) {
    print_document({{"fitted", rows}, {"runs", fitted.runs}});
    return exit_done;
  }
  text.print(std::cout);
  return exit_done;
}

}  // namespace

void add_sim_validate(CLI::App& rollout, context& ctx) {
  auto* sub = rollout.add_subcommand("validate", "published figures against simulated ones");
  const auto o = std::make_shared<judge_options>();
  add_sim_options(*sub, o->sim, 4);
  sub->add_option(
      "--known", o->known,
      "what fitting and baselines may see, up to 2010-12-31; default: the shipped rows");
  sub->add_option("--figures", o->figures,
                  "figures to judge by (date,metric,value,source[,place]); default: the known");
  sub->add_option("--place", o->places, "predict for this state or county too; may be repeated")
      ->allow_extra_args(false);
  sub->footer(
      "Examples:\n  whorl sim rollout validate\n"
      "  whorl sim rollout validate --figures later.csv\n"
      "  whorl sim rollout validate --place CA --place 'Harris County TX'\n"
      "A place is a state, a FIPS code or a county: submissions_cum@CA, @06037, "
      "'@Harris County TX'.");
  on_run(*sub, ctx, [&ctx, o] { return validate(ctx, *o); });
}

void add_sim_fit(CLI::App& rollout, context& ctx) {
  auto* sub = rollout.add_subcommand(
      "fit", "the constants marked F, from published figures up to 2010-12-31");
  const auto o = std::make_shared<judge_options>();
  add_sim_options(*sub, o->sim, 2);
  for (const char* fixed : {"--to", "--replications", "--threads"})
    sub->remove_option(sub->get_option(fixed));
  sub->add_option("--known", o->known, "published figures; default: the shipped rows");
  sub->footer("Examples:\n  whorl sim rollout fit");
  on_run(*sub, ctx, [&ctx, o] { return fit(ctx, *o); });
}

}  // namespace whorl::apps
