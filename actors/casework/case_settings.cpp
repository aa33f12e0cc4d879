#include "actors/casework/case_settings.hpp"

#include "actors/casework/clocks.hpp"
#include "actors/casework/rule_file.hpp"

namespace whorl::casework {

case_settings usual_settings() {
  case_settings out;
  out.rules = shipped_rules();
  return out;
}

ruled rule(const case_settings& settings, std::string_view ori, instant now,
           const evidence& known) {
  const std::string day = settings.as_of.empty() ? to_date8(now) : settings.as_of;
  const rule_set* rules = in_force(settings.rules, ori, day);
  if (rules == nullptr) return {0, "none", {}};
  const std::uint8_t level = evaluate(*rules, known).level;
  return {level, rules->version, rules->by_level[level]};
}

ruled rule_case(const case_settings& settings, std::string_view ori, instant now,
                const case_view& view) {
  evidence known = evidence_of(view);
  if (view.status.empty()) known.facts.emplace("removable");
  return rule(settings, ori, now, known);
}

std::string_view zone_of(const case_settings& settings, std::string_view ori) {
  for (const std::string_view place : {ori, ori.substr(0, 2)})
    if (const auto found = settings.time_zones.find(place); found != settings.time_zones.end())
      return found->second;
  return zone_of_state(ori.substr(0, 2));
}

bool can_receive(const case_settings& settings, std::string_view ori) {
  return !settings.cannot_receive.contains(ori) &&
         !settings.cannot_receive.contains(ori.substr(0, 2));
}

}  // namespace whorl::casework
