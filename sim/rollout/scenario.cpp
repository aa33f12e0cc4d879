#include "sim/rollout/scenario.hpp"

#include <algorithm>

#include "messages/invariant.hpp"
#include "sim/rollout/calendar.hpp"
#include "sim/rollout/shipped.hpp"

namespace whorl::rollout {
namespace {

constexpr std::array<std::string_view, resource_count> resource_names = {
    "analysts", "examiners", "officers", "interviews", "beds", "hearings", "seats"};
constexpr std::array<std::string_view, 8> strategy_names = {
    "historical", "risk",        "population",     "border",
    "random",     "all-at-once", "capacity-gated", "file"};

}  // namespace

std::string_view to_string(resource_id id) { return resource_names[static_cast<std::size_t>(id)]; }

std::string_view to_string(strategy_kind kind) {
  return strategy_names[static_cast<std::size_t>(kind)];
}

result<strategy_kind> parse_strategy(std::string_view text) {
  std::string list;
  for (std::size_t i = 0; i < strategy_names.size(); ++i) {
    if (strategy_names[i] == text) return static_cast<strategy_kind>(i);
    list += (list.empty() ? "" : ", ") + std::string(strategy_names[i]);
  }
  return make_error(errc::invalid_input,
                    "'" + std::string(text.substr(0, 40)) + "' is no strategy: use " + list);
}

const scenario& usual_scenario() {
  static const scenario usual = [] {
    auto read = parse_scenario({}, shipped_text("usual.toml"), "usual.toml");
    INVARIANT(read.has_value());  // a test reads it
    return *std::move(read);
  }();
  return usual;
}

namespace {
constexpr std::int64_t shift_zone_ms = -5 * hour_ms;
}  // namespace

std::size_t shift_of(std::int64_t at_ms) {
  return static_cast<std::size_t>((at_ms + shift_zone_ms) % day_ms / (8 * hour_ms));
}

bool is_used(const scenario& s, const parameter_info& p) {
  if (p.part == "sites") return false;
  return p.part != "gate" || s.strategy == strategy_kind::capacity_gated;
}

std::int64_t servers_at(const scenario& s, resource_id what, std::int64_t at_ms) {
  const std::int32_t day = day_of(at_ms + shift_zone_ms);
  std::int64_t out = -1;  // before the first that is said, the first
  for (const capacity& one : s.capacities)
    if (one.what == what && (one.from <= day || out < 0)) out = one.servers[shift_of(at_ms)];
  return out < 0 ? 0 : out;
}

double arrest_rate(const scenario& s, std::int32_t day) {
  const auto& rates = s.arrests_per_100k;
  if (rates.empty()) return 0;
  const double year = year_of(day);
  const auto after = rates.upper_bound(year);
  if (after == rates.begin()) return after->second;
  const auto before = std::prev(after);
  if (after == rates.end()) return before->second;
  return before->second +
         (after->second - before->second) * (year - before->first) / (after->first - before->first);
}

}  // namespace whorl::rollout
