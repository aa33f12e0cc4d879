// The counties of the United States as counties.csv has them (compiled in): who lives there, and
// when the jurisdiction was activated in history. counties_origin.md says where each column is
// from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/result.hpp"

namespace whorl::rollout {

struct county {
  std::string fips;   ///< five digits
  std::string state;  ///< two letters
  std::string name;
  double population[4] = {};    ///< 1 July of 2010 to 2013
  double noncitizen_share = 0;  ///< of the population, 2010
  std::int32_t activated = 0;   ///< day, in history
  bool border = false;          ///< touches Mexico
  std::string ori;  ///< made up: the state as ORIs have it (NB: Nebraska), FIPS county, zeros
};

/// The one in the program: 3,142.
std::span<const county> counties();
/// Errors name file, line and field.
result<std::vector<county>> parse_counties(std::string_view text, const std::string& file);
/// Population on a day, straight between the July figures, flat outside of them.
double population_on(const county& c, std::int32_t day);
/// Index by FIPS code; -1 none.
int find_county(std::string_view fips);

/// A line of comma separated values; quotes as in RFC 4180.
std::vector<std::string> split_csv(std::string_view line);

}  // namespace whorl::rollout
