#include "sim/rollout/output.hpp"

#include <algorithm>
#include <array>

#include "sim/rollout/calendar.hpp"
#include "sim/rollout/counties.hpp"

namespace whorl::rollout {
namespace {

constexpr std::array<std::string_view, metric_count> names = {"submissions",
                                                              "matches",
                                                              "level1_identified",
                                                              "level2_identified",
                                                              "level3_identified",
                                                              "no_level_identified",
                                                              "citizens",
                                                              "lawful_residents",
                                                              "second_responses",
                                                              "withheld_responses",
                                                              "interviews",
                                                              "no_action",
                                                              "detainers",
                                                              "conditional_detainers",
                                                              "citizens_under_detainer",
                                                              "claims_upheld",
                                                              "released_unseen",
                                                              "detainers_expired",
                                                              "detainers_declined",
                                                              "at_large",
                                                              "arrests",
                                                              "hearings",
                                                              "relief",
                                                              "ordered",
                                                              "removals",
                                                              "level1_removed",
                                                              "level2_removed",
                                                              "level3_removed",
                                                              "removed_noncriminal",
                                                              "came_back",
                                                              "rearrested"};

double sum(const std::vector<std::uint32_t>& days, std::int64_t begin, std::int64_t end) {
  double out = 0;
  begin = std::max<std::int64_t>(begin, 0);
  end = std::min<std::int64_t>(end, static_cast<std::int64_t>(days.size()));
  for (std::int64_t i = begin; i < end; ++i) out += days[static_cast<std::size_t>(i)];
  return out;
}

}  // namespace

std::string_view to_string(metric m) { return names[static_cast<std::size_t>(m)]; }

double run_output::until(metric m, std::int32_t day) const {
  return sum(by_day[static_cast<std::size_t>(m)], 0, day - from + 1);
}

double run_output::in_month(metric m, int month) const {
  return sum(by_day[static_cast<std::size_t>(m)], month_begin(month) - from,
             month_begin(month + 1) - from);
}

double run_output::until(metric m, std::int32_t day, std::string_view place) const {
  const auto all = counties();
  const auto kept = std::find(std::begin(place_metrics), std::end(place_metrics), m);
  if (kept == std::end(place_metrics)) return -1;
  const auto& counts = by_place[static_cast<std::size_t>(kept - std::begin(place_metrics))];
  double out = 0;
  for (std::size_t c = 0; c < all.size(); ++c) {
    if (all[c].state != place && all[c].fips != place) continue;
    for (int i = 0; i < months; ++i) {
      const std::int32_t begin = month_begin(first_month + i),
                         end = month_begin(first_month + i + 1);
      if (begin > day) break;
      const double share = std::min(1.0, static_cast<double>(day + 1 - begin) / (end - begin));
      out += share * counts[static_cast<std::size_t>(i) * all.size() + c];
    }
  }
  return out;
}

}  // namespace whorl::rollout
