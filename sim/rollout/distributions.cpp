#include "sim/rollout/distributions.hpp"

#include <cmath>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/series.hpp"

namespace whorl::rollout {
namespace {

constexpr double shares[] = {0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999};

bool in_days(std::size_t which) {
  return which >= static_cast<std::size_t>(resource_id::interviews);
}

distribution empty(std::string name, bool days) {
  distribution out;
  out.name = std::move(name);
  out.unit = days ? "days" : "minutes";
  out.unit_ms = static_cast<double>(days ? day_ms : minute_ms);
  return out;
}

std::string name_of(std::size_t which) {
  if (which < resource_count)
    return "wait_" + std::string(to_string(static_cast<resource_id>(which)));
  return which == static_cast<std::size_t>(length::custody) ? "custody" : "booking_to_removal";
}

/// `still` stand in the last month.
void add(const run_output& run, int year, const std::vector<durations>& months, std::uint64_t still,
         distribution& into) {
  for (int i = 0; i < run.months; ++i)
    if (year == 0 || (run.first_month + i) / 12 == year)
      into.all.add(months[static_cast<std::size_t>(i)]);
  if (year == 0 || (run.first_month + run.months - 1) / 12 == year)
    into.still += static_cast<double>(still);
}

/// Three digits that count, whatever the unit.
std::string digits(double value) {
  if (value == 0) return "0";
  const double scale = std::pow(10, 2 - std::floor(std::log10(std::abs(value))));
  return scale > 100 ? plain(std::round(value * 100) / 100)
                     : plain(std::round(value * scale) / scale);
}

std::string csv_row(const distribution& d, const std::string& period) {
  std::string out = d.name + "," + std::string(d.unit) + "," + period + "," + plain(d.count) + "," +
                    plain(d.still) + "," + plain(d.mean());
  for (const double share : shares) out += "," + plain(d.quantile(share));
  return out + "\n";
}

std::string json_entry(const distribution& d) {
  std::string out = "{\"count\": " + plain(d.count) + ", \"still\": " + plain(d.still) +
                    ", \"mean\": " + plain(d.mean()) + ", \"quantiles\": {";
  for (const double share : shares)
    out += std::string(out.ends_with('{') ? "" : ", ") + "\"" + plain(share * 100) +
           "\": " + plain(d.quantile(share));
  return out + "}}";
}

}  // namespace

std::vector<int> years_of(const run_output& run) {
  std::vector<int> out;
  for (int y = run.first_month / 12; y <= (run.first_month + run.months - 1) / 12; ++y)
    out.push_back(y);
  return out;
}

std::vector<distribution> distributions(std::span<const run_output> runs, int year) {
  std::vector<distribution> out = {empty("answer", false)};
  for (std::size_t which = 0; which < length_count; ++which)
    out.push_back(empty(name_of(which), in_days(which)));
  for (const run_output& run : runs) {
    add(run, year, run.answers, run.unanswered, out[0]);
    for (std::size_t which = 0; which < length_count; ++which)
      add(run, year, run.lengths[which], run.unfinished[which], out[1 + which]);
  }
  const auto n = static_cast<double>(runs.size());
  for (distribution& d : out) {
    d.count = static_cast<double>(d.all.count()) / n;
    d.still /= n;
  }
  return out;
}

std::string distributions_csv(std::span<const run_output> runs) {
  std::string out = "measure,unit,year,count,still,mean";
  for (const double share : shares) out += ",p" + plain(share * 100);
  out += "\n";
  for (const int year : years_of(runs.front()))
    for (const distribution& d : distributions(runs, year)) out += csv_row(d, std::to_string(year));
  for (const distribution& d : distributions(runs)) out += csv_row(d, "all");
  return out;
}

std::string distributions_json(std::span<const run_output> runs) {
  std::vector<std::pair<std::string, std::vector<distribution>>> periods;
  for (const int year : years_of(runs.front()))
    periods.emplace_back(std::to_string(year), distributions(runs, year));
  periods.emplace_back("all", distributions(runs));
  std::string out = "{";
  for (std::size_t which = 0; which < periods.front().second.size(); ++which) {
    const distribution& first = periods.front().second[which];
    out += std::string(which == 0 ? "" : ",") + "\n    \"" + first.name + "\": {\"unit\": \"" +
           std::string(first.unit) + "\"";
    for (const auto& [period, all] : periods)
      out += ",\n      \"" + period + "\": " + json_entry(all[which]);
    out += "}";
  }
  return out + "\n  }";
}

std::string time_words(double ms) {
  constexpr double year_days = 365.25;
  if (ms <= 0) return "0";
  if (ms < 2 * hour_ms) return digits(ms / minute_ms) + " min";
  if (ms < 2 * day_ms) return digits(ms / hour_ms) + " h";
  if (ms < 2 * year_days * day_ms) return digits(ms / day_ms) + " days";
  return digits(ms / day_ms / year_days) + " years";
}

}  // namespace whorl::rollout
