#include "sim/rollout/figures.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/counties.hpp"

namespace whorl::rollout {
namespace {

struct outcome_name {
  std::string_view name;
  std::vector<metric> sum;
};
const std::vector<outcome_name>& outcomes() {
  static const std::vector<outcome_name> all = {
      {"submissions_cum", {metric::submissions}},
      {"ident_matches_cum", {metric::matches}},
      {"level1_identified_cum", {metric::level1_identified}},
      // What was published has no match without a level.
      {"level2_3_identified_cum",
       {metric::level2_identified, metric::level3_identified, metric::no_level_identified}},
      {"detainers_cum", {metric::detainers}},
      {"arrests_cum", {metric::arrests}},
      {"removals_cum", {metric::removals}},
      {"level1_removed_cum", {metric::level1_removed}},
      {"level2_3_removed_cum", {metric::level2_removed, metric::level3_removed}},
      {"removed_noncriminal_cum", {metric::removed_noncriminal}},
      {"second_responses_cum", {metric::second_responses}},
  };
  return all;
}

const outcome_name* outcome_of(std::string_view name) {
  for (const outcome_name& one : outcomes())
    if (one.name == name) return &one;
  return nullptr;
}

/// "3,000,000+" and "1.33"; none for what is no number.
std::optional<double> number(std::string text, bool& at_least) {
  std::erase(text, ',');
  at_least = text.ends_with('+');
  if (at_least) text.pop_back();
  double out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

bool is_activation(std::string_view metric) {
  return metric.starts_with("counties_activated") ||
         metric.starts_with("jurisdictions_activated") ||
         metric.starts_with("population_covered_pct") || metric.starts_with("states_with_any");
}

}  // namespace

std::string place_code(const std::string& text) {
  for (const county& c : counties()) {
    if (c.fips == text || c.state == text) return text;
    if (c.name + " " + c.state == text || c.name + ", " + c.state == text) return c.fips;
  }
  return {};
}

figure_kind kind_of(std::string_view metric) {
  if (is_activation(metric)) return figure_kind::activation;
  return outcome_of(metric) != nullptr ? figure_kind::outcome : figure_kind::unknown;
}

result<std::vector<figure>> parse_figures(std::string_view text, const std::string& file,
                                          std::vector<std::string>* unused) {
  std::vector<figure> out;
  std::size_t number_of_line = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const auto row = split_csv(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string where = file + ":" + std::to_string(++number_of_line);
    if (row[0].empty() || row[0] == "date" || row[0][0] == '#') continue;
    if (row.size() < 3)
      return make_error(errc::invalid_input, where + ": expected date,metric,value,source[,place]");
    figure one;
    const auto day = parse_day(row[0]);
    if (!day) return make_error(errc::invalid_input, where + ": date: " + day.error().message);
    one.day = *day;
    const std::size_t at = row[1].find('@');
    one.metric = row[1].substr(0, at);
    std::string place = at == std::string::npos ? "" : row[1].substr(at + 1);
    if (place.empty() && row.size() > 4) place = row[4];
    if (!place.empty() && place != "US") {
      one.place = place_code(place);
      if (one.place.empty())
        return make_error(errc::invalid_input,
                          where + ": place: '" + place.substr(0, 60) +
                              "' is no state (CA), FIPS code (06037) or 'Name County ST'");
    }
    if (row.size() > 3) one.source = row[3];
    const auto value = number(row[2], one.at_least);
    if (!value || kind_of(one.metric) == figure_kind::unknown) {
      if (unused != nullptr)
        unused->push_back(where + ": " + row[1].substr(0, 60) +
                          (value ? ": nothing simulated is called so" : ": no number"));
      continue;
    }
    if (!std::isfinite(*value) || *value < 0)
      return make_error(errc::invalid_input,
                        where + ": value: '" + row[2].substr(0, 40) + "' is no figure");
    one.value = *value;
    out.push_back(std::move(one));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const figure& a, const figure& b) { return a.day < b.day; });
  return out;
}

double simulated(const run_output& run, const figure& of) {
  if (const outcome_name* known = outcome_of(of.metric)) {
    double sum = 0;
    for (const metric m : known->sum) {
      const double part = of.place.empty() ? run.until(m, of.day) : run.until(m, of.day, of.place);
      if (part < 0) return -1;
      sum += part;
    }
    return sum;
  }
  const auto all = counties();
  double count = 0, people = 0, covered = 0;
  std::vector<std::string_view> states;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!of.place.empty() && all[i].state != of.place && all[i].fips != of.place) continue;
    people += all[i].population[0];
    if (run.activated[i] > of.day) continue;
    ++count;
    covered += all[i].population[0];
    states.push_back(all[i].state);
  }
  std::sort(states.begin(), states.end());
  states.erase(std::unique(states.begin(), states.end()), states.end());
  if (of.metric.starts_with("population_covered")) return 100 * covered / people;
  return of.metric.starts_with("states_with") ? static_cast<double>(states.size()) : count;
}

}  // namespace whorl::rollout
