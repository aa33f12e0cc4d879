// The model in words, from the scenario that it runs with.
#pragma once

#include <string>

#include "actors/casework/case_settings.hpp"
#include "sim/rollout/scenario.hpp"

namespace whorl::rollout {

std::string explanation(const scenario& s, const casework::case_settings& rules);

}  // namespace whorl::rollout
