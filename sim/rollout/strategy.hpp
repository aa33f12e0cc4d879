// Which county is activated when. Historical dates are data; every other order takes its dates from
// history's pace, so that strategies differ by the order alone.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "sim/rollout/counties.hpp"
#include "sim/rollout/scenario.hpp"

namespace whorl::rollout {

inline constexpr std::int32_t never = std::numeric_limits<std::int32_t>::max();

struct activation_plan {
  std::vector<std::int32_t> day;     ///< by county; `never` where it is decided while running
  std::vector<std::uint32_t> order;  ///< of counties, first one first
};
/// `file_text`: content of scenario::strategy_file where the strategy is `file`. Errors:
/// invalid_input with file and line.
result<activation_plan> plan(const scenario& s, std::span<const county> places, std::uint64_t seed,
                             std::string_view file_text = {});

/// Whether scenario::pace makes it faster: not where days come from a file, a gate or are one day.
bool has_pace(strategy_kind s);

}  // namespace whorl::rollout
