#include "sim/rollout/arrivals.hpp"

#include <algorithm>
#include <cmath>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/random_stream.hpp"

namespace whorl::rollout {

arrivals::arrivals(const scenario& s, std::span<const county> places, std::uint64_t seed)
    : scenario_(s), places_(places), key_(below(seed, "arrivals")), sites_(places.size()) {
  double people = 0;
  for (const county& c : places) people += c.population[0];
  const double spare = s.values.booking_sites - static_cast<double>(places.size());
  for (std::size_t i = 0; i < places.size(); ++i)
    sites_[i] = 1 + static_cast<std::uint32_t>(
                        std::lround(std::max(spare, 0.0) * places[i].population[0] / people));
}

double arrivals::mean_a_day(std::size_t place, std::int32_t day) const {
  return population_on(places_[place], day) * arrest_rate(scenario_, day) / 1e5 / 365.25 *
         scenario_.values.submissions_per_arrest;
}

std::uint32_t arrivals::site_of(const booking& b) const {
  return random_stream(below(b.key, "site")).index(sites_[b.place]);
}

arrivals::day_shape arrivals::shape_of(int offset_hours, std::int32_t day) const {
  day_shape out{0, {}};
  for (int hour = 0; hour < 24; ++hour) {
    const int local = hour + offset_hours;
    const std::int32_t local_day = day + (local < 0 ? -1 : local >= 24 ? 1 : 0);
    out.factor += scenario_.weekdays[static_cast<std::size_t>(weekday_of(local_day))] *
                  scenario_.hours[static_cast<std::size_t>((local + 24) % 24)];
    out.until_hour.push_back(out.factor);
  }
  for (double& share : out.until_hour) share /= out.factor;
  out.factor /= 24;
  return out;
}

void arrivals::of_day(std::int32_t day, const std::vector<std::int32_t>& activated,
                      std::vector<booking>& into) const {
  into.clear();
  std::map<int, day_shape> shapes;  // by offset
  std::map<std::string_view, const day_shape*> by_state;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (activated[i] > day) continue;
    const day_shape*& shape = by_state[places_[i].state];
    if (shape == nullptr) {
      const int offset = local_offset_hours(places_[i].state, day);
      const auto [found, fresh] = shapes.try_emplace(offset);
      if (fresh) found->second = shape_of(offset, day);
      shape = &found->second;
    }
    random_stream chance(below(below(key_, i), static_cast<std::uint64_t>(day)));
    const std::uint64_t people = chance.bits();
    const std::uint32_t count = chance.poisson(mean_a_day(i, day) * shape->factor);
    for (std::uint32_t n = 0; n < count; ++n) {
      const double u = chance.uniform();
      const auto& until = shape->until_hour;
      const auto hour = std::min<std::ptrdiff_t>(
          std::lower_bound(until.begin(), until.end(), u) - until.begin(), 23);
      const auto within = static_cast<std::int64_t>(chance.uniform() * hour_ms);
      into.push_back({below(people, n), begin_of(day) + hour * hour_ms + within,
                      static_cast<std::uint32_t>(i), false});
    }
  }
  std::sort(into.begin(), into.end(), [](const booking& a, const booking& b) {
    return a.at_ms != b.at_ms ? a.at_ms < b.at_ms : a.key < b.key;
  });
}

}  // namespace whorl::rollout
