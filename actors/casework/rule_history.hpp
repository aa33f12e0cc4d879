// Which rule-set decided what in a case, and why that one (pure). Each step goes by the set that is
// in force on its own day, so that a case can be opened under one and decided under the next
// (docs/RULES.md).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/casework/case_settings.hpp"

namespace whorl::casework {

struct rule_use {
  case_step step = case_step::opened;
  instant at;
  std::string decided;  ///< what the set was asked, in words
  std::uint8_t level = 0;
  std::string version;    ///< as the step recorded it; "none": no set was in force
  std::string effective;  ///< YYYYMMDD; empty: of no set that the settings know
  std::string because;    ///< why that set
};

/// The steps that a rule-set was asked for, and those that gave the case another level or were the
/// first under another set; in order. `events` in theirs.
std::vector<rule_use> rule_history(const case_settings& settings, std::string_view ori,
                                   std::span<const case_event> events);

}  // namespace whorl::casework
