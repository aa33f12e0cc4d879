// Compiled once for each instruction set (Highway's foreach_target); see simd_targets.hpp.
#include "fingerprint/slab_kernels.hpp"

#include <algorithm>
#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fingerprint/slab_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace whorl::fingerprint::HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

std::uint32_t score_finger_target(const probe_sketch& probe, stored_sketch other) {
  const column_word* const words = other.words;
  std::uint32_t total = 0;
  for (unsigned g = 0; g < sketch_groups; ++g) {
    const gate_range window = gate_of(probe, other, g);
    for (unsigned l = g * sketch_group; l < (g + 1) * sketch_group; ++l) {
      std::uint64_t best = 0;
      for (unsigned k = window.begin; k < window.end; ++k)
        best = std::max<std::uint64_t>(
            best, probe.base[k] - static_cast<unsigned>(std::popcount(probe.words[k] ^ words[l])));
      best += sketch_worth(static_cast<unsigned>(std::popcount(words[l])));
      total += best > sketch_base ? static_cast<std::uint32_t>(best) - sketch_base : 0;
    }
  }
  return total;
}

#else

namespace hn = hwy::HWY_NAMESPACE;

std::uint32_t score_finger_target(const probe_sketch& probe, stored_sketch other) {
  const column_word* const words = other.words;
  const hn::CappedTag<std::uint64_t, sketch_group> d;
  const hn::Repartition<std::uint16_t, decltype(d)> narrow;
  const auto half = hn::Set(d, 128), base = hn::Set(d, sketch_base);
  auto total = hn::Zero(d);
  for (unsigned g = 0; g < sketch_groups; ++g) {
    const gate_range window = gate_of(probe, other, g);
    if (window.begin >= window.end) continue;
    for (unsigned l = g * sketch_group; l < (g + 1) * sketch_group; l += hn::Lanes(d)) {
      const auto sketch = hn::LoadU(d, reinterpret_cast<const std::uint64_t*>(words + l));
      // Sums fit the lowest 16 bits of their lanes, for which every instruction set has a maximum.
      auto best = hn::Zero(narrow);
      for (unsigned k = window.begin; k < window.end; ++k) {
        const auto distance = hn::PopulationCount(hn::Xor(sketch, hn::Set(d, probe.words[k])));
        best = hn::Max(best, hn::BitCast(narrow, hn::Sub(hn::Set(d, probe.base[k]), distance)));
      }
      const auto ones = hn::PopulationCount(sketch);
      static_assert(parameters::sketch_beta_256 == 64 + 16 + 4 + 1, "as the shifts have it");
      const auto scaled = hn::Add(hn::Add(hn::ShiftLeft<6>(ones), hn::ShiftLeft<4>(ones)),
                                  hn::Add(hn::ShiftLeft<2>(ones), ones));
      const auto sum = hn::Add(hn::BitCast(d, best), hn::ShiftRight<8>(hn::Add(scaled, half)));
      total = hn::Add(
          total,
          hn::Sub(hn::BitCast(d, hn::Max(hn::BitCast(narrow, sum), hn::BitCast(narrow, base))),
                  base));
    }
  }
  return static_cast<std::uint32_t>(hn::GetLane(hn::SumOfLanes(d, total)));
}

#endif

}  // namespace
}  // namespace whorl::fingerprint::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace whorl::fingerprint {

HWY_EXPORT(score_finger_target);

std::uint32_t score_finger(const probe_sketch& probe, stored_sketch other) {
  return HWY_DYNAMIC_DISPATCH(score_finger_target)(probe, other);
}

}  // namespace whorl::fingerprint
#endif
