// Bits that a disk changes by itself in an LMDB file. Under a running process in values of more
// than half a page alone (prints, sealed records): what LMDB itself follows, it trusts, and a real
// process has that in memory; in a file that nobody has open, anywhere.
#pragma once

#include <string>

#include "sim/cluster/random.hpp"

namespace whorl::sim {

/// Returns what was changed, in words; empty where there is no such value.
std::string rot_a_value(const std::string& file, chance& draw);
/// In any page that is in use.
std::string rot_anywhere(const std::string& file, chance& draw);

}  // namespace whorl::sim
