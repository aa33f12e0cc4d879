#include "sim/rollout/counties.hpp"

#include <algorithm>
#include <charconv>

#include "messages/invariant.hpp"
#include "sim/rollout/calendar.hpp"
#include "sim/rollout/shipped.hpp"

namespace whorl::rollout {
namespace {

constexpr std::string_view header =
    "fips,state,county,pop2010,pop2011,pop2012,pop2013,noncitizens_2010,activated,border";

bool number(std::string_view text, double& out) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failed == std::errc() && end == text.data() + text.size() && out >= 0;
}

result<county> parse_row(const std::vector<std::string>& row, const std::string& place) {
  if (row.size() != 10)
    return make_error(errc::invalid_input, place + ": " + std::to_string(row.size()) +
                                               " fields where 10 are: " + std::string(header));
  county out{row[0], row[1], row[2], {}, 0, 0, row[9] == "1", {}};
  double noncitizens = 0;
  for (int i = 0; i < 4; ++i)
    if (!number(row[3 + i], out.population[i]) || out.population[i] <= 0)
      return make_error(errc::invalid_input,
                        place + ": population '" + row[3 + i] + "': write a number above 0");
  if (!number(row[7], noncitizens) || noncitizens > out.population[0])
    return make_error(errc::invalid_input, place + ": noncitizens_2010 '" + row[7] +
                                               "': write a number up to the population");
  if (row[0].size() != 5 || row[1].size() != 2)
    return make_error(errc::invalid_input,
                      place + ": '" + row[0] + "," + row[1] + "': five digits and two letters");
  const auto day = parse_day(row[8]);
  if (!day) return make_error(errc::invalid_input, place + ": activated: " + day.error().message);
  out.activated = *day;
  out.noncitizen_share = noncitizens / out.population[0];
  out.ori = (out.state == "NE" ? "NB" : out.state) + out.fips.substr(2) + "0000";
  return out;
}

}  // namespace

std::vector<std::string> split_csv(std::string_view line) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      out.back() += c;
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      out.emplace_back();
    } else if (c != '\r') {
      out.back() += c;
    }
  }
  return out;
}

result<std::vector<county>> parse_counties(std::string_view text, const std::string& file) {
  std::vector<county> out;
  std::size_t line_number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line_number;
    if (line.empty()) continue;
    const std::string place = file + ":" + std::to_string(line_number);
    if (line_number == 1) {
      if (line != header)
        return make_error(errc::invalid_input,
                          place + ": the first line must be " + std::string(header));
      continue;
    }
    WHORL_ASSIGN(county one, parse_row(split_csv(line), place));
    out.push_back(std::move(one));
  }
  std::sort(out.begin(), out.end(),
            [](const county& a, const county& b) { return a.fips < b.fips; });
  return out;
}

std::span<const county> counties() {
  static const std::vector<county> all = [] {
    auto read = parse_counties(shipped_text("counties.csv"), "counties.csv");
    INVARIANT(read.has_value());  // a test reads it
    return *std::move(read);
  }();
  return all;
}

double population_on(const county& c, std::int32_t day) {
  const double place = year_of(day) - 2010.5;
  if (place <= 0) return c.population[0];
  if (place >= 3) return c.population[3];
  const auto i = static_cast<std::size_t>(place);
  return c.population[i] +
         (c.population[i + 1] - c.population[i]) * (place - static_cast<double>(i));
}

int find_county(std::string_view fips) {
  const auto all = counties();
  const auto found = std::lower_bound(
      all.begin(), all.end(), fips, [](const county& c, std::string_view f) { return c.fips < f; });
  return found != all.end() && found->fips == fips ? static_cast<int>(found - all.begin()) : -1;
}

}  // namespace whorl::rollout
