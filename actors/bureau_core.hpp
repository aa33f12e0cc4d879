// State identification bureaus (DOMAIN section 1): submissions go through the state, whose bureau
// forwards them at once, forwards them later, or rejects what its agencies hand in by themselves.
// Pure; bureau_actor keeps what waits.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/policy_core.hpp"

namespace whorl::actors {

/// What a state's bureau does; a state without a rule forwards at once.
struct bureau_rule {
  std::string state;
  std::int64_t delay_minutes = 0;  ///< after acceptance, before anything is searched
  std::string rejects;             ///< why an agency's own submission is rejected; empty: it is not
};

/// forbidden, with the bureau's reason, where an agency of a state that rejects hands in by itself.
/// What the bureau hands in is its own decision.
status bureau_takes(const std::vector<bureau_rule>& rules, const principal& by,
                    std::string_view ori);

/// When the bureau forwards what it does not forward at once: nothing of the booking is searched
/// before. The same after a restart, but never later than its delay from `now`: a clock that was
/// set back holds nothing up for longer. Nothing: at once, or its time has come.
std::optional<instant> forwarded_at(const std::vector<bureau_rule>& rules,
                                    const booking_accepted& accepted, instant now);

}  // namespace whorl::actors
