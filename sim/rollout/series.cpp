#include "sim/rollout/series.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "messages/invariant.hpp"
#include "sim/rollout/calendar.hpp"
#include "sim/rollout/counties.hpp"
#include "sim/rollout/distributions.hpp"

namespace whorl::rollout {
namespace {

template <class Value>
series make(std::string name, std::string unit, std::span<const run_output> runs, Value value) {
  series out{std::move(name), std::move(unit), {}};
  for (int i = 0; i < runs.front().months; ++i) {
    std::vector<double> values;
    for (const run_output& one : runs) values.push_back(value(one, i));
    out.by_month.push_back(mean_interval(values));
  }
  return out;
}

double activated_by_end(const run_output& run, int month) {
  const std::int32_t end = month_begin(run.first_month + month + 1);
  return static_cast<double>(std::count_if(run.activated.begin(), run.activated.end(),
                                           [&](std::int32_t day) { return day < end; }));
}

double covered_by_end(const run_output& run, int month) {
  const std::int32_t end = month_begin(run.first_month + month + 1);
  const auto all = counties();
  double covered = 0, people = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    people += all[i].population[0];
    if (run.activated[i] < end) covered += all[i].population[0];
  }
  return 100 * covered / people;
}

void add_answers(std::span<const run_output> runs, std::vector<series>& out) {
  const auto at = [](const run_output& run, int month) -> const durations& {
    return run.answers[static_cast<std::size_t>(month)];
  };
  for (const auto& [name, share] :
       {std::pair{"answer_p50", 0.5}, {"answer_p95", 0.95}, {"answer_p99", 0.99}})
    out.push_back(make(name, "minutes", runs, [&](const run_output& run, int month) {
      return at(run, month).quantile_ms(share) / minute_ms;
    }));
  out.push_back(make("answer_mean", "minutes", runs, [&](const run_output& run, int month) {
    return at(run, month).mean_ms() / minute_ms;
  }));
}

void add_resources(std::span<const run_output> runs, std::vector<series>& out) {
  for (std::size_t r = 0; r < resource_count; ++r) {
    const std::string name(to_string(static_cast<resource_id>(r)));
    const auto add = [&](const char* what, double resource_month::*field) {
      out.push_back(make(name + what, "", runs, [&](const run_output& run, int month) {
        return run.resources[r][static_cast<std::size_t>(month)].*field;
      }));
    };
    add("_busy", &resource_month::busy);
    add("_waiting", &resource_month::waiting);
    add("_waiting_peak", &resource_month::peak_waiting);
    add("_servers", &resource_month::servers);
  }
}

struct shown_length {
  const char* name;
  length which;
  const char* unit;
  std::int64_t unit_ms;
};
constexpr shown_length shown_lengths[] = {
    {"wait_analysts", wait_for(resource_id::analysts), "minutes", minute_ms},
    {"wait_examiners", wait_for(resource_id::examiners), "minutes", minute_ms},
    {"wait_officers", wait_for(resource_id::officers), "minutes", minute_ms},
    {"wait_interviews", wait_for(resource_id::interviews), "days", day_ms},
    {"wait_beds", wait_for(resource_id::beds), "days", day_ms},
    {"wait_hearings", wait_for(resource_id::hearings), "days", day_ms},
    {"wait_seats", wait_for(resource_id::seats), "days", day_ms},
    {"custody", length::custody, "days", day_ms},
    {"booking_to_removal", length::booking_to_removal, "days", day_ms}};

void add_lengths(std::span<const run_output> runs, std::vector<series>& out) {
  for (const shown_length& one : shown_lengths)
    for (const auto& [ending, share] : {std::pair{"_p50", 0.5}, {"_p95", 0.95}})
      out.push_back(make(std::string(one.name) + ending, one.unit, runs,
                         [&](const run_output& run, int month) {
                           const auto& months = run.lengths[static_cast<std::size_t>(one.which)];
                           return months[static_cast<std::size_t>(month)].quantile_ms(share) /
                                  static_cast<double>(one.unit_ms);
                         }));
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + "\"";
}

}  // namespace

std::string plain(double value) {
  char out[40];
  std::snprintf(out, sizeof out, "%.2f", value);
  std::string text = out;
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

std::vector<series> monthly_series(std::span<const run_output> runs) {
  std::vector<series> out;
  out.push_back(make("counties_activated", "", runs, activated_by_end));
  out.push_back(make("population_covered", "%", runs, covered_by_end));
  for (std::size_t m = 0; m < metric_count; ++m) {
    const auto which = static_cast<metric>(m);
    out.push_back(
        make(std::string(to_string(which)), "", runs, [&](const run_output& run, int month) {
          return run.in_month(which, run.first_month + month);
        }));
  }
  add_answers(runs, out);
  add_resources(runs, out);
  add_lengths(runs, out);
  return out;
}

const series& named(const std::vector<series>& all, std::string_view name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const series& s) { return s.name == name; });
  INVARIANT(found != all.end());
  return *found;
}

std::string monthly_csv(std::span<const run_output> runs, const std::vector<series>& all) {
  const bool several = runs.size() > 1;
  std::string out = "month";
  for (const series& s : all) {
    out += "," + s.name;
    if (several) out += "," + s.name + "_low," + s.name + "_high";
  }
  out += "\n";
  for (std::size_t i = 0; i < all.front().by_month.size(); ++i) {
    out += month_text(runs.front().first_month + static_cast<int>(i));
    for (const series& s : all) {
      const interval& v = s.by_month[i];
      out += "," + plain(v.mean);
      if (several) out += "," + plain(v.low) + "," + plain(v.high);
    }
    out += "\n";
  }
  return out;
}

std::string monthly_json(const scenario& s, std::span<const run_output> runs,
                         const std::vector<series>& all) {
  std::string out = "{\n  \"simulated\": true,\n  \"scenario\": " + quoted(s.name) +
                    ",\n  \"strategy\": " + quoted(to_string(s.strategy)) +
                    ",\n  \"seed\": " + std::to_string(runs.front().seed) +
                    ",\n  \"replications\": " + std::to_string(runs.size()) +
                    ",\n  \"events\": " + std::to_string(runs.front().events) +
                    ",\n  \"months\": [";
  for (int i = 0; i < runs.front().months; ++i)
    out += (i == 0 ? "" : ", ") + quoted(month_text(runs.front().first_month + i));
  out += "],\n  \"series\": {";
  bool first = true;
  for (const series& one : all) {
    out += std::string(first ? "" : ",") + "\n    " + quoted(one.name) +
           ": {\"unit\": " + quoted(one.unit);
    first = false;
    for (const auto& [key, field] :
         {std::pair{"mean", &interval::mean}, {"low", &interval::low}, {"high", &interval::high}}) {
      if (runs.size() == 1 && field != &interval::mean) continue;
      out += ", " + quoted(key) + ": [";
      for (std::size_t i = 0; i < one.by_month.size(); ++i)
        out += (i == 0 ? "" : ", ") + plain(one.by_month[i].*field);
      out += "]";
    }
    out += "}";
  }
  return out + "\n  },\n  \"distributions\": " + distributions_json(runs) + "\n}\n";
}

std::string answers_csv(std::span<const run_output> runs) {
  std::string out = "year,share,minutes\n";
  const int first = runs.front().first_month, months = runs.front().months;
  for (int year = first / 12; year <= (first + months - 1) / 12; ++year) {
    durations all;
    for (const run_output& run : runs)
      for (int i = 0; i < months; ++i)
        if ((first + i) / 12 == year) all.add(run.answers[static_cast<std::size_t>(i)]);
    for (const double share : {0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999})
      out += std::to_string(year) + "," + plain(share * 100) + "," +
             plain(all.quantile_ms(share) / minute_ms) + "\n";
  }
  return out;
}

std::string activation_csv(const run_output& run) {
  std::string out = "fips,activated\n";
  const auto all = counties();
  for (std::size_t c = 0; c < all.size(); ++c)
    if (run.activated[c] < run.to) out += all[c].fips + "," + day_text(run.activated[c]) + "\n";
  return out;
}

std::string counties_csv(const run_output& run) {
  std::string out = "fips,county,state,activated,submissions,matches,detainers,arrests,removals\n";
  const auto all = counties();
  for (std::size_t c = 0; c < all.size(); ++c) {
    const std::int32_t day = run.activated[c];
    out += all[c].fips + ",\"" + all[c].name + "\"," + all[c].state + "," +
           (day >= run.to ? "" : day_text(day));
    for (const auto& counts : run.by_place) {
      std::uint64_t sum = 0;
      for (std::size_t i = c; i < counts.size(); i += all.size()) sum += counts[i];
      out += "," + std::to_string(sum);
    }
    out += "\n";
  }
  return out;
}

std::string traces_jsonl(const run_output& run) {
  std::string out;
  for (const auto& lines : run.traces) {
    for (const trace_line& line : lines) {
      const case_event& e = line.event;
      out += "{\"case\": " + quoted(to_string(e.which)) + ", \"at\": " + quoted(to_string(e.at)) +
             ", \"step\": " + quoted(to_string(e.step)) + ", \"code\": " + quoted(e.code) +
             ", \"by\": " + quoted(e.by) + ", \"level\": " + std::to_string(e.level) +
             (line.refused ? ", \"refused\": true" : "") + "}\n";
    }
  }
  return out;
}

}  // namespace whorl::rollout
