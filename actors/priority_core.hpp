// The priority level of an offence code under the first rule-set (October 2008: charged or
// convicted). Level by NCIC code range alone; class and sentence come with the rule-sets as data (a
// later step). Ranges: public deck of 2008-2009 for the categories of level 1, the code ranges
// mostly from memory (mark M of DOMAIN section 4): a default, not evidence.
#pragma once

#include <cstdint>
#include <string_view>

namespace whorl::actors {

inline constexpr std::string_view rule_set_2008 = "2008-10 (code ranges)";

/// 1..3; 0 when the code is empty, not four digits or in no range.
std::uint8_t priority_level(std::string_view ncic_code);

}  // namespace whorl::actors
