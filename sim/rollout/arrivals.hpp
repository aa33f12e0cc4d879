// Bookings of activated counties, a day at a time: in each county a Poisson process whose rate
// follows population, the year's arrests, the day of the week and the local hour. What arrives on a
// day in a county depends on the seed, the county and the day alone.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "sim/rollout/counties.hpp"
#include "sim/rollout/scenario.hpp"
#include "sim/rollout/sim_case.hpp"

namespace whorl::rollout {

class arrivals {
 public:
  arrivals(const scenario& s, std::span<const county> places, std::uint64_t seed);
  /// Those of counties that are activated by that day, by time.
  void of_day(std::int32_t day, const std::vector<std::int32_t>& activated,
              std::vector<booking>& into) const;
  /// Expected bookings a day of the county, the week's and hours' pattern apart.
  double mean_a_day(std::size_t place, std::int32_t day) const;
  /// Of the booking sites of the nation, spread over counties by population, at least one each.
  std::uint32_t sites(std::size_t place) const { return sites_[place]; }
  /// The site of a booking, 0 to sites(place) - 1.
  std::uint32_t site_of(const booking& b) const;

 private:
  struct day_shape {
    double factor = 1;               ///< of the mean day
    std::vector<double> until_hour;  ///< 24 shares that rise to 1
  };
  day_shape shape_of(int offset_hours, std::int32_t day) const;

  const scenario& scenario_;
  std::span<const county> places_;
  std::uint64_t key_;
  std::vector<std::uint32_t> sites_;
};

}  // namespace whorl::rollout
