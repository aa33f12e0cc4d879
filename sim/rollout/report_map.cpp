#include <algorithm>
#include <cmath>
#include <map>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/counties.hpp"
#include "sim/rollout/report.hpp"
#include "sim/rollout/shipped.hpp"

namespace whorl::rollout {
namespace {

/// Paths by FIPS code, and those of the states' borders under "states".
const std::map<std::string, std::string, std::less<>>& outlines() {
  static const auto all = [] {
    std::map<std::string, std::string, std::less<>> out;
    std::string_view text = shipped_text("county_map.csv");
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view row = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      const std::size_t comma = row.find(',');
      if (comma != std::string_view::npos) out.emplace(row.substr(0, comma), row.substr(comma + 1));
    }
    return out;
  }();
  return all;
}

template <class Items, class Text>
std::string list(const Items& items, Text text) {
  std::string out = "[";
  for (const auto& one : items) out += (out.size() == 1 ? "" : ",") + text(one);
  return out + "]";
}
std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

/// A digit a county, a string a month.
std::vector<std::string> classes_by_month(const run_output& run) {
  const auto all = counties();
  std::vector<std::string> out;
  std::vector<double> so_far(all.size(), 0.0);
  for (int m = 0; m < run.months; ++m) {
    const std::int32_t end = month_begin(run.first_month + m + 1);
    std::string digits;
    for (std::size_t c = 0; c < all.size(); ++c) {
      so_far[c] += run.by_place[1][static_cast<std::size_t>(m) * all.size() + c];
      const double rate = 1000 * so_far[c] / all[c].population[0];
      const auto above = std::upper_bound(std::begin(map_classes), std::end(map_classes), rate) -
                         std::begin(map_classes);
      digits += run.activated[c] < end ? static_cast<char>('1' + above) : '0';
    }
    out.push_back(std::move(digits));
  }
  return out;
}

}  // namespace

std::vector<map_colour> map_colours() {
  const auto t = [](std::size_t i) { return plain(map_classes[i]); };
  return {{"#e3e4e8", "not activated"},      {"#fde6b5", "below " + t(0)},
          {"#fbb45c", t(0) + " to " + t(1)}, {"#ee7a35", t(1) + " to " + t(2)},
          {"#c8401f", t(2) + " to " + t(3)}, {"#7f1414", t(3) + " and more"}};
}

std::string map_svg(const run_output& run) {
  std::string out =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9750 6600\" "
      "font-family=\"sans-serif\" font-size=\"150\">\n<g stroke=\"#fff\" "
      "stroke-width=\"1.5\">\n";
  const std::string classes = classes_by_month(run).back();
  const auto colours = map_colours();
  const auto all = counties();
  for (std::size_t c = 0; c < all.size(); ++c)
    if (const auto path = outlines().find(all[c].fips); path != outlines().end())
      out += "<path fill=\"" +
             std::string(colours[static_cast<std::size_t>(classes[c] - '0')].fill) + "\" d=\"" +
             path->second + "\"><title>" + escaped(all[c].name + ", " + all[c].state) +
             "</title></path>\n";
  out += "</g>\n<path fill=\"none\" stroke=\"#666\" stroke-width=\"8\" d=\"" +
         outlines().find("states")->second + "\"/>\n";
  int x = 200;
  for (const map_colour& one : colours) {
    out += "<rect x=\"" + std::to_string(x) + "\" y=\"6330\" width=\"150\" height=\"150\" fill=\"" +
           one.fill + "\"/><text x=\"" + std::to_string(x + 200) + "\" y=\"6460\">" + one.words +
           "</text>\n";
    x += 1550;
  }
  return out + "<text x=\"200\" y=\"6200\">matches per 1,000 residents until " +
         day_text(run.to - 1) + " (simulated)</text>\n</svg>\n";
}

std::string map_data(const run_output& run, const std::vector<series>& monthly) {
  const auto all = counties();
  const auto path_of = [](std::string_view id) {
    const auto found = outlines().find(id);
    return found == outlines().end() ? std::string("\"\"") : quoted(found->second);
  };
  std::vector<std::string> months;
  std::vector<double> matches;
  double sum = 0;
  for (int m = 0; m < run.months; ++m) {
    months.push_back(month_text(run.first_month + m));
    matches.push_back(sum += run.in_month(metric::matches, run.first_month + m));
  }
  std::vector<double> by_county(all.size(), 0.0);
  for (std::size_t i = 0; i < run.by_place[1].size(); ++i)
    by_county[i % all.size()] += run.by_place[1][i];
  const auto mean = [](const interval& i) { return plain(std::round(i.mean * 10) / 10); };
  return "{\"months\":" + list(months, quoted) +
         ",\"classes\":" + list(classes_by_month(run), quoted) +
         ",\"counties\":" + list(named(monthly, "counties_activated").by_month, mean) +
         ",\"covered\":" + list(named(monthly, "population_covered").by_month, mean) +
         ",\"matches\":" + list(matches, plain) + ",\"all_matches\":" + list(by_county, plain) +
         ",\"names\":" +
         list(all, [](const county& c) { return quoted(c.name + ", " + c.state); }) +
         ",\"activated\":" +
         list(run.activated,
              [&](std::int32_t day) {
                return day >= run.to ? std::string("\"\"") : quoted(day_text(day));
              }) +
         ",\"paths\":" + list(all, [&](const county& c) { return path_of(c.fips); }) +
         ",\"states\":" + path_of("states") + "}";
}

}  // namespace whorl::rollout
