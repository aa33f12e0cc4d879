// A plan of faults as it is written on a command line: "loss=120,node-crash=300".
#pragma once

#include <string>
#include <string_view>

#include "messages/result.hpp"
#include "sim/cluster/fault_kinds.hpp"

namespace whorl::sim {

/// "none" for a plan without faults.
std::string to_text(const fault_plan& plan);

/// invalid_input names what is no kind, no rate from 0 to 10,000, or stands twice.
result<fault_plan> parse_faults(std::string_view text);

}  // namespace whorl::sim
