#include "sim/rollout/paired.hpp"

#include <algorithm>

#include "messages/invariant.hpp"
#include "sim/rollout/calendar.hpp"

namespace whorl::rollout {
namespace {

template <metric m>
double total(const run_output& run) {
  return run.until(m, run.to);
}

template <class Month>
std::span<const Month> after_warm_up(const run_output& run, const std::vector<Month>& months) {
  return std::span(months).subspan(static_cast<std::size_t>(run.warm_months));
}

double quantile_of_all(const run_output& run, double share) {
  durations all;
  for (const durations& month : after_warm_up(run, run.answers)) all.add(month);
  return all.quantile_ms(share) / minute_ms;
}
double answer_p50(const run_output& run) { return quantile_of_all(run, 0.5); }
double answer_p95(const run_output& run) { return quantile_of_all(run, 0.95); }
double worst_month_p95(const run_output& run) {
  double worst = 0;
  for (const durations& month : after_warm_up(run, run.answers))
    worst = std::max(worst, month.quantile_ms(0.95) / minute_ms);
  return worst;
}

template <resource_id which, double resource_month::*field>
double peak(const run_output& run) {
  double most = 0;
  for (const resource_month& m : after_warm_up(run, run.resources[static_cast<std::size_t>(which)]))
    most = std::max(most, m.*field);
  return most;
}

/// Mean over the run of the part of matched level 1 people among all matched.
double level1_share(const run_output& run) {
  const double all = total<metric::matches>(run);
  return all == 0 ? 0 : 100 * total<metric::level1_identified>(run) / all;
}

/// Days from the start until half of the matches of the run were made.
double half_of_matches(const run_output& run) {
  const double half = total<metric::matches>(run) / 2;
  double sum = 0;
  const auto& days = run.by_day[static_cast<std::size_t>(metric::matches)];
  for (std::size_t i = 0; i < days.size(); ++i)
    if ((sum += days[i]) >= half) return static_cast<double>(i);
  return static_cast<double>(days.size());
}

const measure all[] = {
    {"submissions", "", total<metric::submissions>},
    {"matches", "", total<metric::matches>},
    {"level 1 of matches", "%", level1_share},
    {"half of matches after", "days", half_of_matches},
    {"citizens matched", "", total<metric::citizens>},
    {"lawful residents matched", "", total<metric::lawful_residents>},
    {"citizens under detainer", "", total<metric::citizens_under_detainer>},
    {"detainers", "", total<metric::detainers>},
    {"detainers expired", "", total<metric::detainers_expired>},
    {"released before anybody acts", "", total<metric::released_unseen>},
    {"arrests", "", total<metric::arrests>},
    {"removals", "", total<metric::removals>},
    {"level 1 removed", "", total<metric::level1_removed>},
    {"removed without conviction", "", total<metric::removed_noncriminal>},
    {"answer, half", "minutes", answer_p50},
    {"answer, 95 in 100", "minutes", answer_p95},
    {"worst month's 95 in 100", "minutes", worst_month_p95},
    {"analysts busy, worst month", "", peak<resource_id::analysts, &resource_month::busy>},
    {"beds in use, worst month", "", peak<resource_id::beds, &resource_month::busy>},
    {"seats a day, worst month", "", peak<resource_id::seats, &resource_month::busy>},
};

}  // namespace

std::span<const measure> measures() { return all; }

std::vector<difference> compare_runs(std::span<const run_output> first,
                                     std::span<const run_output> second) {
  INVARIANT(first.size() == second.size());
  std::vector<difference> out;
  for (const measure& m : all) {
    std::vector<double> a, b, pairs;
    for (std::size_t i = 0; i < first.size(); ++i) {
      INVARIANT(first[i].seed == second[i].seed);
      a.push_back(m.of(first[i]));
      b.push_back(m.of(second[i]));
      pairs.push_back(b.back() - a.back());
    }
    out.push_back({&m, mean_interval(a), mean_interval(b), mean_interval(pairs), first.size()});
  }
  return out;
}

}  // namespace whorl::rollout
