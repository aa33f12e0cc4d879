// Power that is cut again and again along a trace.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/faults/disk_model.hpp"

namespace whorl::faults {

/// Before which operations of a trace: `from`, from + step ... below `to`.
struct cut_plan {
  std::size_t from = 0, to = 0, step = 1;
  std::uint64_t seed = 1;
};

/// At each cut `judge` is given the folder that is found (made anew each time) and the number of
/// the operation under way. Each cut loses unsynced writes in another way than the one before.
void cut_power(const std::vector<operation>& trace, const cut_plan& plan,
               const std::function<void(const std::string& image, std::size_t at)>& judge);

}  // namespace whorl::faults
