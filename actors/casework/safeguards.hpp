// The guards of the lifecycle's rows, each alone: whether it lets a step pass. Pure.
#pragma once

#include "actors/casework/lifecycle.hpp"

namespace whorl::casework {

/// Whether the guard lets `event` pass, for the case as it stands before it.
bool passes(guard g, const case_view& view, const case_event& event, const circumstances& when);

/// How far ahead the moment of a release may lie: what is said further ahead is a mistake: jails
/// hold for a year at most.
inline constexpr std::int64_t release_ahead_days_max = 366;

}  // namespace whorl::casework
