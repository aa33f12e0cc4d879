// Plays a script under several seeds: 5, with WHORL_LONG 50. After each run every promise is
// checked, and what the script expects. WHORL_SCENARIO_SEED=n plays that one alone, told line by
// line.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "sim/cluster/script_words.hpp"

namespace whorl::test {

using namespace whorl::sim;

inline constexpr gallery_kind in_criminal = gallery_kind::criminal;
inline constexpr gallery_kind in_immigration = gallery_kind::immigration;

struct scene {
  std::size_t nodes = 0;  ///< 0: the exchange's process alone
  std::int64_t longest_ms = 60'000;
  std::optional<std::int64_t> booking_deadline_ms{};
  std::optional<fault_plan> plan{};  ///< faults drawn besides
};

/// One run, unchecked. Of `options` the seed counts, and `tell`.
run_outcome run_scene(const scene& where, const std::function<void(script&)>& write,
                      run_options options = {});
void play(const scene& where, const std::function<void(script&)>& write);

}  // namespace whorl::test
