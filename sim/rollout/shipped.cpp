#include "sim/rollout/shipped.hpp"

namespace whorl::rollout {

std::string_view shipped_text(std::string_view name) {
  for (const shipped_file& one : shipped())
    if (one.name == name) return one.text;
  return {};
}

}  // namespace whorl::rollout
