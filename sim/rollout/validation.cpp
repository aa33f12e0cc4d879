#include "sim/rollout/validation.hpp"

#include <algorithm>
#include <cmath>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/counties.hpp"
#include "sim/rollout/fit.hpp"

namespace whorl::rollout {
namespace {

std::int32_t last_fitted_day() { return parse_day(fitted_until).value(); }

double mean_of(std::span<const run_output> runs, const figure& f) {
  double sum = 0;
  for (const run_output& one : runs) sum += simulated(one, f);
  return sum / static_cast<double>(runs.size());
}

std::vector<figure> rows_of(std::span<const figure> known, std::string_view metric,
                            std::string_view place) {
  std::vector<figure> out;
  for (const figure& f : known)
    if (f.metric == metric && f.place == place && f.day <= last_fitted_day()) out.push_back(f);
  return out;
}

/// Shorter growths are mostly the rounding of what was published ("more than 2 million").
constexpr std::int32_t growth_days_min = 90;

/// From the beginning, when all was nothing, from row to row.
void add_growths(std::span<const run_output> runs, const std::vector<figure>& rows,
                 std::vector<double>& into) {
  double published = 0, modelled = 0;
  std::int32_t day = runs.front().from;
  for (const figure& f : rows) {
    if (f.day - day < growth_days_min) continue;
    const double more = f.value - published, simulated_more = mean_of(runs, f) - modelled;
    if (more > 0 && simulated_more > 0) into.push_back(std::log(more / simulated_more));
    published = f.value;
    modelled = mean_of(runs, f);
    day = f.day;
  }
}

/// Root of the mean square: the expected growth is the simulated one.
double spread(const std::vector<double>& logs) {
  double squares = 0;
  for (const double x : logs) squares += x * x;
  return logs.empty() ? 0 : std::sqrt(squares / static_cast<double>(logs.size()));
}

void add_baselines(std::span<const figure> known, std::string_view place, comparison& into) {
  const auto rows = rows_of(known, into.published.metric, place);
  const figure *last = nullptr, *before = nullptr;
  for (const figure& f : rows) {
    if (f.day >= into.published.day) break;
    before = last;
    last = &f;
  }
  if (last == nullptr) return;
  into.last_value = last->value;
  if (before == nullptr || before->day == last->day) return;
  into.trend = last->value + (last->value - before->value) / (last->day - before->day) *
                                 (into.published.day - last->day);
}

void add_baselines(std::span<const figure> known, comparison& into) {
  const figure& f = into.published;
  add_baselines(known, f.place, into);
  if (f.place.empty() || into.last_value >= 0) return;
  add_baselines(known, "", into);
  if (into.last_value < 0) return;
  into.is_share = true;
  const double share = share_of_place(f.place, f.metric, f.day);
  into.last_value *= share;
  if (into.trend >= 0) into.trend *= share;
}

}  // namespace

double share_of_place(std::string_view place, std::string_view metric, std::int32_t day) {
  double here = 0, all = 0;
  for (const county& c : counties()) {
    if (c.activated > day) continue;
    const double people =
        c.population[0] * (metric == "submissions_cum" ? 1.0 : c.noncitizen_share);
    const double covered = people * (day - c.activated + 1);
    all += covered;
    if (c.state == place || c.fips == place) here += covered;
  }
  return all == 0 ? 0 : here / all;
}

double growth_spread(std::span<const run_output> runs, std::span<const figure> known,
                     std::string_view metric) {
  std::vector<double> logs;
  add_growths(runs, rows_of(known, metric, ""), logs);
  if (logs.size() >= 2) return spread(logs);
  logs.clear();
  for (const char* name : {"submissions_cum", "ident_matches_cum", "detainers_cum", "removals_cum"})
    add_growths(runs, rows_of(known, name, ""), logs);
  return spread(logs);
}

interval predicted(std::span<const run_output> runs, std::span<const figure> known,
                   const figure& wanted) {
  std::vector<double> values;
  for (const run_output& one : runs) values.push_back(simulated(one, wanted));
  interval out = prediction_interval(values);
  const auto rows = rows_of(known, wanted.metric, wanted.place);
  const double reach = 1.96 * growth_spread(runs, known, wanted.metric);
  double grown = out.mean;
  for (const figure& f : rows)
    if (f.day <= wanted.day) grown = out.mean - mean_of(runs, f);
  out.low = std::min(out.low, out.mean - grown * (1 - std::exp(-reach)));
  out.high = std::max(out.high, out.mean + grown * (std::exp(reach) - 1));
  return out;
}

bool can_compare(const run_output& run, const figure& what) { return simulated(run, what) >= 0; }

std::vector<comparison> compare_figures(std::span<const run_output> runs,
                                        std::span<const figure> known,
                                        std::span<const figure> judged) {
  const auto targets = fit_targets(known);
  std::vector<comparison> out;
  for (const figure& f : judged) {
    if (!can_compare(runs.front(), f)) continue;
    comparison one;
    one.published = f;
    one.runs = runs.size();
    const bool met = std::any_of(targets.begin(), targets.end(), [&](const fit_target& t) {
      return t.metric == f.metric && t.published.day == f.day && f.place.empty() &&
             t.published.value == f.value;
    });
    const bool input = kind_of(f.metric) == figure_kind::activation;
    one.kind = input                        ? "input"
               : met                        ? "fitted"
               : f.day <= last_fitted_day() ? "residual"
                                            : "predicted";
    std::vector<double> values;
    for (const run_output& run : runs) values.push_back(simulated(run, f));
    one.simulated = one.kind == "predicted" ? predicted(runs, known, f) : mean_interval(values);
    one.relative_error = f.value == 0 ? 0 : one.simulated.mean / f.value - 1;
    if (!input) add_baselines(known, one);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace whorl::rollout
