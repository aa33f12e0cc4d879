// Compiled once for each instruction set (Highway's foreach_target); see simd_targets.hpp.
#include "fingerprint/aligned_kernels.hpp"

#include <algorithm>
#include <bit>

#include "fingerprint/fixed_math.hpp"
#include "fingerprint/parameters.hpp"

#ifndef WHORL_FINGERPRINT_ALIGNED_TABLES
#define WHORL_FINGERPRINT_ALIGNED_TABLES
namespace whorl::fingerprint::aligned {

/// Sines in 64ths: with coordinates of a byte each, a rotated difference fits 16 bits.
inline constexpr int sine_bits = 6;
inline constexpr auto sines = [] {
  std::array<std::int16_t, 256> table{};
  for (int i = 0; i < 256; ++i)
    table[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(
        fixed_math::shift_round(fixed_math::sin_q14(2 * i), fixed_math::sine_bits - sine_bits));
  return table;
}();
inline constexpr int tolerance = (parameters::aligned_tolerance << sine_bits) / sketch_pixels;

/// A pair of minutiae a lane of the other: columns, so that vectors go through them.
struct pairs {
  alignas(64) std::int16_t probe_x[sketch_lanes], probe_y[sketch_lanes];
  alignas(64) std::int16_t other_x[sketch_lanes], other_y[sketch_lanes];
  alignas(64) std::int16_t turn[sketch_lanes];    ///< other's angle less the probe's, modulo 256
  alignas(64) std::int16_t weight[sketch_lanes];  ///< 0: no pair
};

/// Of a lane: the best partner's score in the upper bits, 63 less its place in the lower six.
struct partners {
  alignas(64) std::uint64_t best[sketch_lanes];
  alignas(64) std::uint64_t ones[sketch_lanes];
};

}  // namespace whorl::fingerprint::aligned
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fingerprint/aligned_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace whorl::fingerprint::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using namespace aligned;

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

void find_partners(const probe_sketch& probe, stored_sketch other, partners& out) {
  for (unsigned l = 0; l < sketch_lanes; ++l) {
    const gate_range window = gate_of(probe, other, l / sketch_group);
    out.best[l] = 0;
    for (unsigned k = window.begin; k < window.end; ++k) {
      const auto distance = static_cast<unsigned>(std::popcount(probe.words[k] ^ other.words[l]));
      out.best[l] =
          std::max(out.best[l], (probe.aligned_base[k] - distance) << 6 | std::uint64_t{63 - k});
    }
    out.ones[l] = static_cast<unsigned>(std::popcount(other.words[l]));
  }
}

#else

void find_partners(const probe_sketch& probe, stored_sketch other, partners& out) {
  const hn::CappedTag<std::uint64_t, sketch_group> d;
  const hn::Repartition<std::uint16_t, decltype(d)> narrow;
  for (unsigned l = 0; l < sketch_lanes; l += static_cast<unsigned>(hn::Lanes(d))) {
    const gate_range window = gate_of(probe, other, l / sketch_group);
    const auto sketch = hn::LoadU(d, reinterpret_cast<const std::uint64_t*>(other.words + l));
    // Sums fit the lowest 16 bits of their lanes, for which every instruction set has a maximum.
    auto best = hn::Zero(narrow);
    for (unsigned k = window.begin; k < window.end; ++k) {
      const auto distance = hn::PopulationCount(hn::Xor(sketch, hn::Set(d, probe.words[k])));
      const auto score = hn::ShiftLeft<6>(hn::Sub(hn::Set(d, probe.aligned_base[k]), distance));
      best = hn::Max(best, hn::BitCast(narrow, hn::Or(score, hn::Set(d, std::uint64_t{63 - k}))));
    }
    hn::Store(hn::BitCast(d, best), d, out.best + l);
    hn::Store(hn::PopulationCount(sketch), d, out.ones + l);
  }
}

#endif

/// A minutia of the probe pairs with one of the other's at most: the one most like it.
void pair_up(const probe_sketch& probe, stored_sketch other, stored_places places, pairs& out) {
  partners found;
  find_partners(probe, other, found);
  std::uint8_t taken[sketch_lanes] = {};  // lane + 1
  for (unsigned l = 0; l < sketch_lanes; ++l) {
    const int weight = static_cast<int>(found.best[l] >> 6) +
                       static_cast<int>(aligned_worth(static_cast<unsigned>(found.ones[l]))) -
                       static_cast<int>(sketch_base);
    if (weight <= 0) continue;
    unsigned k = 63 - static_cast<unsigned>(found.best[l] & 63);
    k -= k >= probe.count ? probe.count : 0;
    if (taken[k] != 0) {
      if (out.weight[taken[k] - 1] >= weight) continue;
      out.weight[taken[k] - 1] = 0;
    }
    taken[k] = static_cast<std::uint8_t>(l + 1);
    const unsigned g = l / sketch_group;
    const int low = other.spans[g], width = other.spans[sketch_groups + g] - low;
    const int fifteenths = places.angles[l / 2] >> (l % 2 * 4) & 15;
    out.weight[l] = static_cast<std::int16_t>(weight);
    out.probe_x[l] = probe.x[k];
    out.probe_y[l] = probe.y[k];
    out.other_x[l] = places.x[l];
    out.other_y[l] = places.y[l];
    const int turn = low + (width * fifteenths + 7) / 15 - probe.angles[k];
    out.turn[l] = static_cast<std::int16_t>(turn & 255);
  }
}

/// The pairs of the highest weight, of equal ones the first.
unsigned choose_pivots(const pairs& all, std::uint8_t* lanes) {
  std::uint16_t keys[parameters::aligned_pivots + 1] = {};
  unsigned count = 0;
  for (unsigned l = 0; l < sketch_lanes; ++l) {
    if (all.weight[l] == 0) continue;
    const auto key = static_cast<std::uint16_t>(all.weight[l] << 5 | int(31 - l));
    unsigned at = count;
    for (; at > 0 && keys[at - 1] < key; --at) keys[at] = keys[at - 1];
    keys[at] = key;
    count = std::min(count + 1, parameters::aligned_pivots);
  }
  for (unsigned i = 0; i < count; ++i) lanes[i] = static_cast<std::uint8_t>(31 - (keys[i] & 31));
  return count;
}

/// Weights of the pairs that the motion of one brings together; 0 where it is alone.
std::uint32_t agreeing(const pairs& all, unsigned pivot) {
  const hn::CappedTag<std::int16_t, sketch_lanes> d;
  const auto turn = static_cast<std::size_t>(all.turn[pivot]);
  const auto cosine = hn::Set(d, sines[(turn + 64) % 256]), sine = hn::Set(d, sines[turn]);
  const auto probe_x = hn::Set(d, all.probe_x[pivot]), probe_y = hn::Set(d, all.probe_y[pivot]);
  const auto other_x = hn::Set(d, all.other_x[pivot]), other_y = hn::Set(d, all.other_y[pivot]);
  const auto near = hn::Set(d, static_cast<std::int16_t>(tolerance + 1));
  const auto angle = hn::Set(d, static_cast<std::int16_t>(parameters::aligned_angle + 1));
  auto sum = hn::Zero(d);
  std::size_t agree = 0;
  for (unsigned l = 0; l < sketch_lanes; l += static_cast<unsigned>(hn::Lanes(d))) {
    const auto dx = hn::Sub(hn::Load(d, all.probe_x + l), probe_x);
    const auto dy = hn::Sub(hn::Load(d, all.probe_y + l), probe_y);
    const auto x = hn::Sub(hn::Mul(dx, cosine), hn::Mul(dy, sine));
    const auto y = hn::Add(hn::Mul(dx, sine), hn::Mul(dy, cosine));
    const auto off_x = hn::SaturatedSub(
        hn::ShiftLeft<sine_bits>(hn::Sub(hn::Load(d, all.other_x + l), other_x)), x);
    const auto off_y = hn::SaturatedSub(
        hn::ShiftLeft<sine_bits>(hn::Sub(hn::Load(d, all.other_y + l), other_y)), y);
    // A sixteenth of the distance, in 64ths.
    const auto limit =
        hn::Add(near, hn::ShiftLeft<sine_bits - 4>(hn::Add(hn::Abs(dx), hn::Abs(dy))));
    const auto turned = hn::Abs(hn::ShiftRight<8>(
        hn::ShiftLeft<8>(hn::Sub(hn::Load(d, all.turn + l), hn::Set(d, all.turn[pivot])))));
    const auto weight = hn::Load(d, all.weight + l);
    auto good = hn::And(hn::Lt(hn::Max(off_x, off_y), limit),
                        hn::Gt(hn::Min(off_x, off_y), hn::Neg(limit)));
    good = hn::And(good, hn::And(hn::Lt(turned, angle), hn::Gt(weight, hn::Zero(d))));
    sum = hn::Add(sum, hn::IfThenElseZero(good, weight));
    agree += hn::CountTrue(d, good);
  }
  return agree < 2 ? 0 : static_cast<std::uint32_t>(hn::GetLane(hn::SumOfLanes(d, sum)));
}

std::uint32_t align_finger_target(const probe_sketch& probe, stored_sketch other,
                                  stored_places places) {
  pairs all = {};
  pair_up(probe, other, places, all);
  std::uint8_t pivots[parameters::aligned_pivots];
  const unsigned count = choose_pivots(all, pivots);
  std::uint32_t best = 0;
  for (unsigned i = 0; i < count; ++i) best = std::max(best, agreeing(all, pivots[i]));
  return best;
}

}  // namespace
}  // namespace whorl::fingerprint::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace whorl::fingerprint {

HWY_EXPORT(align_finger_target);

std::uint32_t align_finger(const probe_sketch& probe, stored_sketch other, stored_places places) {
  return HWY_DYNAMIC_DISPATCH(align_finger_target)(probe, other, places);
}

}  // namespace whorl::fingerprint
#endif
