// What a store says about its cases (whorl.toml, tables rules and cases), and what follows from it
// for one case on one day. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "actors/casework/lifecycle.hpp"
#include "actors/casework/reviews.hpp"
#include "actors/casework/rule_set.hpp"

namespace whorl::casework {

struct case_settings {
  std::vector<rule_set> rules;  ///< those that come with the program, and the store's own
  std::string as_of;            ///< YYYYMMDD: the rules of that day are in force; empty: of today
  std::int64_t stale_after_days = 365;  ///< an older status record asks for an interview
  /// ORIs and states that cannot receive a second response.
  std::set<std::string, std::less<>> cannot_receive;
  review_rules reviews;
  /// By ORI, or a state's two letters: IANA names, known to this system.
  std::map<std::string, std::string, std::less<>> time_zones;
};
/// The shipped rules and nothing else.
case_settings usual_settings();

/// The level and what it allows, by the rules in force.
struct ruled {
  std::uint8_t level = 0;
  std::string rule_set;  ///< version; "none" where no rules are in force yet
  outcome follows;       ///< without rules in force: no detainer, the usual time for an answer
};
ruled rule(const case_settings& settings, std::string_view ori, instant now, const evidence& known);
/// Before a status is found a case is ordered as if it allowed removal: what it would be, should
/// the operations centre find so. Otherwise as rule().
ruled rule_case(const case_settings& settings, std::string_view ori, instant now,
                const case_view& view);

/// The time zone of an agency: its own of whorl.toml, its state's there, else zone_of_state().
std::string_view zone_of(const case_settings& settings, std::string_view ori);

/// Whether the agency can receive a second response, by itself and its state.
bool can_receive(const case_settings& settings, std::string_view ori);

}  // namespace whorl::casework
