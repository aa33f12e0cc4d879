// The clocks of a case. Calendar days are those of the jurisdiction: the system's time zone
// database, by zone name. Pure but for that database.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "actors/casework/lifecycle.hpp"

namespace whorl::casework {

/// A detainer holds a person at most so long after the moment of release, not counting Saturdays,
/// Sundays and federal holidays (8 CFR 287.7(d)).
inline constexpr std::int64_t detainer_hours = 48;

/// `hours` after `from`, counting only hours of business days in that zone: an hour that falls on a
/// Saturday, a Sunday or a federal holiday (as observed) does not count. Errors: invalid_input for
/// a zone that the system does not know.
result<instant> add_business_hours(instant from, std::int64_t hours, std::string_view zone);

/// Federal holidays as observed (5 USC 6103): of a Saturday on the Friday before, of a Sunday on
/// the Monday after. `day` is YYYYMMDD. Juneteenth counts from 2021 on.
bool is_federal_holiday(std::string_view day);

/// The zone of a state's jurisdictions by its two letters, for states in more than one that of most
/// people; UTC for what is no state.
std::string_view zone_of_state(std::string_view state);
/// Whether parts of that state keep another time, so that an agency there should name its zone.
bool has_two_zones(std::string_view state);
/// Whether this system's database (package tzdata) has a zone of that name.
bool is_zone(std::string_view name);

/// When the detainer must end; none while no release was notified: what was reckoned when the
/// release was told stands, whatever the configuration says since. `zone` is for a release that is
/// told now, and for those that are on record without an end. A claim or a correction suspends
/// the detainer and not its clock: nobody waits for longer because of them.
result<std::optional<instant>> detainer_end(const case_view& view, std::string_view zone);

}  // namespace whorl::casework
