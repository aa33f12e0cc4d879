#include "apps/accuracy_report.hpp"

#include <algorithm>
#include <iostream>

#include "apps/table.hpp"
#include "fingerprint/parameters.hpp"

namespace whorl::apps {
namespace {

using namespace fingerprint;

constexpr std::array level_names = {"1e-2", "1e-3", "1e-4"};
constexpr std::array fpir_names = {"1e-1", "1e-2"};

json combination_json(const combination& c) {
  return {{"mate_distance", studied_tolerances[c.tolerance].distance},
          {"mate_angle", studied_tolerances[c.tolerance].angle},
          {"mate_similar", similar_shares[c.share]},
          {"overlap_prior", overlap_priors[c.prior]},
          {"overlap_power", c.overlap_power},
          {"size_power", c.size_power}};
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

std::vector<std::string> row_of(const std::string& name, const accuracy_report& r) {
  return {name,
          with_commas(r.prints),
          with_commas(r.genuine_pairs),
          with_commas(r.impostor_pairs),
          percent(r.eer),
          percent(r.eer_interval.low) + "-" + percent(r.eer_interval.high),
          percent(r.fnmr_at_fmr[0]),
          percent(r.fnmr_at_fmr[1]),
          percent(r.fnmr_intervals[1].low) + "-" + percent(r.fnmr_intervals[1].high),
          percent(r.fnmr_at_fmr[2]),
          percent(r.zero_fmr),
          percent(r.search.rank1()),
          percent(r.search.fnir[1].rate())};
}

table report_table() {
  return table({"set", "prints", "genuine", "impostor", "EER %", "95 % interval",
                "FNMR % at FMR 1e-2", "1e-3", "95 % interval", "1e-4", "zero FMR", "rank-1 %",
                "FNIR % at FPIR 1e-2"});
}

}  // namespace

json interval_json(const interval& i) { return json::array({i.low, i.high}); }

json counted_json(const counted_rate& c) {
  return {{"events", c.events}, {"trials", c.trials}, {"ci", interval_json(c.exact())}};
}

std::string percent(double rate) {
  char text[16];
  std::snprintf(text, sizeof text, "%.2f", 100 * rate);
  return text;
}

std::string counted_text(const counted_rate& c) {
  const interval i = c.exact();
  return with_commas(c.events) + " of " + with_commas(c.trials) + " (" + percent(i.low) + "-" +
         percent(i.high) + " %)";
}

json shares_at_scores(const accuracy_report& r) {
  json out = json::object();
  for (std::uint32_t decade = 1; decade <= 4; ++decade) {
    const std::uint32_t score = parameters::score_at_fmr_1 + 100 * decade;
    const auto point = std::find_if(r.det.begin(), r.det.end(),
                                    [&](const auto& each) { return each.threshold >= score; });
    out[std::to_string(score)] = point == r.det.end() ? 0 : point->fmr;
  }
  return out;
}

json report_json(const accuracy_report& r) {
  json out = {{"eer", r.eer},
              {"fnmr_at_fmr_1e-2", r.fnmr_at_fmr[0]},
              {"fnmr_at_fmr_1e-3", r.fnmr_at_fmr[1]},
              {"fnmr_at_fmr_1e-4", r.fnmr_at_fmr[2]},
              {"zero_fmr", r.zero_fmr},
              {"rank1", r.search.rank1()},
              {"genuine", r.genuine_pairs},
              {"impostor", r.impostor_pairs},
              {"fingers", r.fingers},
              {"prints", r.prints},
              {"rank1_probes", r.search.missed.trials},
              {"eer_ci", interval_json(r.eer_interval)}};
  for (std::size_t k = 0; k < level_names.size(); ++k) {
    const std::string level = level_names[k];
    out["fnmr_at_fmr_" + level + "_ci"] = interval_json(r.fnmr_intervals[k]);
    out["fnmr_at_fmr_" + level + "_counted"] = counted_json(r.fnmr_counts[k]);
    out["fmr_" + level + "_counted"] = counted_json(r.fmr_counts[k]);
  }
  out["rank1_missed"] = counted_json(r.search.missed);
  for (std::size_t k = 0; k < fpir_names.size(); ++k) {
    const std::string level = fpir_names[k];
    out["fnir_at_fpir_" + level] = r.search.fnir[k].rate();
    out["fnir_at_fpir_" + level + "_counted"] = counted_json(r.search.fnir[k]);
  }
  return out;
}

void print_reports(const std::vector<named_report>& reports) {
  table text = report_table();
  for (const auto& [name, r] : reports) text.add(row_of(name, r));
  text.print(std::cout);
}

json leave_out_json(const leave_out_report& r) {
  json out = {{"people", r.people}, {"combinations_tried", r.tried}};
  out["compiled"] = combination_json(compiled_combination);
  out["fitted_on_all"] = combination_json(r.on_all);
  out["chosen"] = json::array();
  for (const auto& [by, times] : r.chosen) {
    json each = combination_json(by);
    each["times"] = times;
    out["chosen"].push_back(std::move(each));
  }
  out["sets"] = json::object();
  for (const left_out_set& set : r.sets) {
    json& each = out["sets"][set.name];
    each["people"] = set.people;
    each["compiled"] = report_json(set.compiled);
    each["compiled"]["fmr_at_score"] = shares_at_scores(set.compiled);
    each["fitted"] = report_json(set.fitted);
    each["held_out"] = report_json(set.held_out);
    for (std::size_t k = 0; k < set.stated.size(); ++k)
      each["held_out"]["reach_stated_fmr"]["1e-" + std::to_string(k + 1)] =
          counted_json(set.stated[k]);
  }
  return out;
}

void print_leave_out(const leave_out_report& r) {
  table text = report_table();
  for (const left_out_set& set : r.sets) {
    text.add(row_of(set.name + ": compiled", set.compiled));
    text.add(row_of(set.name + ": fitted", set.fitted));
    text.add(row_of(set.name + ": held out", set.held_out));
  }
  text.print(std::cout);
  std::cout << "\nHeld-out pairs of different fingers that reach what was stated as a false match "
               "rate:\n";
  table stated({"set", "1e-1", "1e-2", "1e-3", "1e-4"});
  for (const left_out_set& set : r.sets) {
    std::vector<std::string> cells = {set.name};
    for (const counted_rate& each : set.stated) cells.push_back(number(each.rate()));
    stated.add(std::move(cells));
  }
  stated.print(std::cout);
  std::cout << "\nChosen without the two people of a pair, of " << r.tried << " combinations ("
            << r.people << " people in all):\n";
  table chosen({"pairs of people", "mate_distance, angle", "mate_similar", "overlap_prior",
                "overlap_power", "size_power"});
  const auto add = [&](const std::string& what, const combination& c) {
    const tolerance& within = studied_tolerances[c.tolerance];
    chosen.add({what, std::to_string(within.distance) + ", " + std::to_string(within.angle),
                std::to_string(similar_shares[c.share]), std::to_string(overlap_priors[c.prior]),
                number(c.overlap_power), number(c.size_power)});
  };
  constexpr std::size_t shown = 12;
  std::size_t rest = 0;
  for (std::size_t i = 0; i < r.chosen.size(); ++i) {
    if (i < shown)
      add(std::to_string(r.chosen[i].times), r.chosen[i].by);
    else
      rest += r.chosen[i].times;
  }
  if (rest != 0)
    chosen.add({std::to_string(rest) + " in " + std::to_string(r.chosen.size() - shown) + " others",
                "", "", "", "", ""});
  add("on everybody", r.on_all);
  add("as compiled", compiled_combination);
  chosen.print(std::cout);
}

}  // namespace whorl::apps
