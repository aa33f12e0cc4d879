#include "sim/rollout/strategy.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/random_stream.hpp"

namespace whorl::rollout {
namespace {

using indexes = std::vector<std::uint32_t>;

double noncitizens(const county& c) { return c.noncitizen_share * c.population[0]; }

/// Largest value first; of the same, by FIPS code.
template <class Value>
indexes by_value(std::span<const county> places, Value value) {
  indexes order(places.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return value(places[a]) > value(places[b]);
  });
  return order;
}

/// The border's counties, then the others of their states, then the rest; most non-citizens first.
indexes border_order(std::span<const county> places) {
  std::set<std::string_view> states;
  for (const county& c : places)
    if (c.border) states.insert(c.state);
  return by_value(places, [&](const county& c) {
    const double zone = c.border ? 2 : states.contains(c.state) ? 1 : 0;
    return zone * 1e12 + noncitizens(c);
  });
}

indexes shuffled(std::span<const county> places, std::uint64_t seed) {
  indexes order(places.size());
  std::iota(order.begin(), order.end(), 0);
  random_stream chance(below(seed, "order of activation"));
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[chance.index(static_cast<std::uint32_t>(i))]);
  return order;
}

std::int32_t paced(const scenario& s, std::int32_t day) {
  return s.from + static_cast<std::int32_t>(std::lround((day - s.from) / s.pace));
}

/// Gives the counties in `order` the days of history: the k-th county the k-th day, or, by
/// population, the day on which history had reached the same share.
void give_days(const scenario& s, std::span<const county> places, activation_plan& out) {
  const indexes history = by_value(places, [](const county& c) { return -c.activated; });
  double covered = 0, reached = 0;
  std::size_t next = 0;
  for (std::size_t k = 0; k < out.order.size(); ++k) {
    if (!s.pace_by_population) {
      next = k;
    } else {
      while (next + 1 < history.size() && reached + places[history[next]].population[0] <= covered)
        reached += places[history[next++]].population[0];
      covered += places[out.order[k]].population[0];
    }
    out.day[out.order[k]] = paced(s, places[history[next]].activated);
  }
}

result<activation_plan> read_plan(const scenario& s, std::span<const county> places,
                                  std::string_view text) {
  activation_plan out{std::vector<std::int32_t>(places.size(), never), {}};
  std::vector<std::size_t> line_of(places.size(), 0);
  std::size_t number = 0;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // as spreadsheets write it
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const auto row = split_csv(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string place = s.strategy_file + ":" + std::to_string(++number);
    if (row[0].empty() || row[0][0] == '#' || row[0] == "fips" || row[0] == "FIPS") continue;
    const int found = find_county(row[0]);
    if (row.size() < 2 || found < 0)
      return make_error(errc::invalid_input,
                        place + ": expected FIPS,YYYY-MM-DD with five digits of a county, not '" +
                            row[0].substr(0, 20) + "'");
    std::size_t& line = line_of[static_cast<std::size_t>(found)];
    if (line > 0)
      return make_error(errc::invalid_input, place + ": county " + row[0] +
                                                 " has its day in line " + std::to_string(line) +
                                                 " already");
    line = number;
    const auto day = parse_day(row[1]);
    if (!day) return make_error(errc::invalid_input, place + ": " + day.error().message);
    out.day[static_cast<std::size_t>(found)] = *day;
  }
  if (std::ranges::all_of(line_of, [](std::size_t line) { return line == 0; }))
    return make_error(errc::invalid_input,
                      s.strategy_file + ": no county in it: a line each, FIPS,YYYY-MM-DD");
  out.order.resize(places.size());
  std::iota(out.order.begin(), out.order.end(), 0);
  std::stable_sort(out.order.begin(), out.order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return out.day[a] < out.day[b]; });
  return out;
}

}  // namespace

result<activation_plan> plan(const scenario& s, std::span<const county> places, std::uint64_t seed,
                             std::string_view file_text) {
  activation_plan out{std::vector<std::int32_t>(places.size(), never), {}};
  switch (s.strategy) {
    case strategy_kind::file:
      return read_plan(s, places, file_text);
    case strategy_kind::historical:
      out.order = by_value(places, [](const county& c) { return -c.activated; });
      for (std::size_t i = 0; i < places.size(); ++i) out.day[i] = paced(s, places[i].activated);
      return out;
    case strategy_kind::all_at_once:
      out.order = by_value(places, noncitizens);
      std::fill(out.day.begin(), out.day.end(), s.from);
      return out;
    case strategy_kind::capacity_gated:
      out.order = by_value(places, noncitizens);
      return out;
    case strategy_kind::risk:
      out.order = by_value(places, noncitizens);
      break;
    case strategy_kind::population:
      out.order = by_value(places, [](const county& c) { return c.population[0]; });
      break;
    case strategy_kind::border:
      out.order = border_order(places);
      break;
    case strategy_kind::random:
      out.order = shuffled(places, seed);
      break;
  }
  give_days(s, places, out);
  return out;
}

bool has_pace(strategy_kind s) {
  return s != strategy_kind::file && s != strategy_kind::capacity_gated &&
         s != strategy_kind::all_at_once;
}

}  // namespace whorl::rollout
