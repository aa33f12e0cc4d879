// Files that are compiled in: the county table, the map, the scenarios. A program without its files
// still simulates.
#pragma once

#include <span>
#include <string_view>

namespace whorl::rollout {

struct shipped_file {
  std::string_view name, text;
};
std::span<const shipped_file> shipped();
/// Empty where there is none of that name.
std::string_view shipped_text(std::string_view name);

}  // namespace whorl::rollout
