#include "fingerprint/alignment.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstdlib>
#include <cstring>

#include "fingerprint/fixed_math.hpp"
#include "fingerprint/overlap.hpp"
#include "fingerprint/rigid_fit.hpp"

namespace whorl::fingerprint {
namespace {

using namespace parameters;

constexpr unsigned mates_max = stored_minutiae_max;
static_assert(mates_max <= 64, "used minutiae are bits of one word");
constexpr unsigned near_max = 512;  // fuller than this only where minutiae lie on one another
constexpr std::uint32_t agreement_min = 64;  // of 256: pairs that count as of one motion

struct mates_found {
  unsigned count = 0;
  std::array<mate, mates_max> list;
};

/// Which lanes of b lie within the distance of a point: one byte a lane, so that it vectorises.
void mark_near(const finger_view& b, quarter_point at, std::uint8_t* marks) {
  constexpr int tolerance = mate_distance * 4;
  for (unsigned j = 0; j < b.lanes; ++j) {
    const int dx = b.x[j] * 4 - at.x, dy = b.y[j] * 4 - at.y;
    marks[j] = static_cast<std::uint8_t>((dx < tolerance) & (dx > -tolerance) & (dy < tolerance) &
                                         (dy > -tolerance));
  }
}

/// Pairs within the tolerances, nearest first, each minutia once.
void find_mates(const finger_view& a, const finger_view& b, const rigid_motion& motion,
                mates_found& out) {
  constexpr int tolerance = mate_distance * 4;
  std::array<mate, near_max> near;
  unsigned count = 0;
  std::array<std::uint8_t, stored_lanes_max> marks;
  for (unsigned i = 0; i < a.count; ++i) {
    const quarter_point at = moved(motion, a.x[i], a.y[i]);
    const auto turned = static_cast<std::uint8_t>(a.angle[i] + motion.rotation);
    mark_near(b, at, marks.data());
    for (unsigned start = 0; start < b.lanes; start += 8) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, marks.data() + start, sizeof eight);
      for (; eight != 0; eight &= eight - 1) {
        const unsigned j = start + static_cast<unsigned>(std::countr_zero(eight)) / 8;
        const int dx = b.x[j] * 4 - at.x, dy = b.y[j] * 4 - at.y;
        const int squared = dx * dx + dy * dy;
        const int turn = std::abs(fixed_math::angle_difference(b.angle[j], turned));
        if (j >= b.count || squared >= tolerance * tolerance || turn >= mate_angle ||
            count == near.size())
          continue;
        const int cost =
            256 * squared / (tolerance * tolerance) + 256 * turn * turn / (mate_angle * mate_angle);
        near[count++] = {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(j),
                         static_cast<std::uint16_t>(cost)};
      }
    }
  }
  std::sort(near.begin(), near.begin() + count, [](const mate& s, const mate& t) {
    if (s.cost != t.cost) return s.cost < t.cost;
    return s.a != t.a ? s.a < t.a : s.b < t.b;
  });
  std::uint64_t used_a = 0, used_b = 0;
  out.count = 0;
  for (unsigned k = 0; k < count; ++k) {
    const std::uint64_t bit_a = std::uint64_t{1} << near[k].a,
                        bit_b = std::uint64_t{1} << near[k].b;
    if ((used_a & bit_a) != 0 || (used_b & bit_b) != 0) continue;
    used_a |= bit_a;
    used_b |= bit_b;
    out.list[out.count++] = near[k];
  }
}

/// The motion that fits a seed pair and the pairs compatible with it.
rigid_motion motion_of_seed(const finger_view& a, const finger_view& b,
                            const relaxed_pairs& relaxed, unsigned seed) {
  rigid_fit fit(relaxed.pairs[seed].rotation);
  for (unsigned k = 0; k < relaxed.count; ++k) {
    const std::uint32_t agreement = k == seed ? 256 : relaxed.compatibility[seed][k];
    if (agreement < agreement_min) continue;
    const minutia_pair& pair = relaxed.pairs[k];
    const auto weight = static_cast<std::int32_t>(
        std::min<std::uint32_t>(1 + (agreement * (relaxed.strength[k] >> 8) >> 8), 4095));
    fit.add(a, pair.a, b, pair.b, weight);
  }
  return fit.solve();
}

rigid_motion motion_of_mates(const finger_view& a, const finger_view& b, const mates_found& mates,
                             const rigid_motion& before) {
  rigid_fit fit(static_cast<std::int8_t>(before.rotation));
  for (unsigned k = 0; k < mates.count; ++k)
    fit.add(a, mates.list[k].a, b, mates.list[k].b, 600 - mates.list[k].cost);
  return fit.solve();
}

/// The mates' nearness and similarity, 256 for a perfect mate.
unsigned weigh(const finger_view& a, const finger_view& b, const std::uint8_t* hamming,
               const mates_found& mates) {
  unsigned weight = 0;
  for (unsigned k = 0; k < mates.count; ++k) {
    const mate& each = mates.list[k];
    const unsigned similar =
        cylinder_similarity(a.ones[each.a], b.ones[each.b], hamming[each.a * b.lanes + each.b]);
    const unsigned nearness = 512u - std::min<unsigned>(each.cost, 512);
    weight += nearness * (mate_base + std::min(similar * mate_similarity_gain, 256u)) >> 9;
  }
  return weight;
}

/// Indices of the strongest pairs, strongest first.
std::array<unsigned, alignment_seeds> strongest(const relaxed_pairs& relaxed, unsigned seeds) {
  std::array<unsigned, candidate_pairs_max> order;
  for (unsigned i = 0; i < relaxed.count; ++i) order[i] = i;
  std::partial_sort(order.begin(), order.begin() + seeds, order.begin() + relaxed.count,
                    [&](unsigned s, unsigned t) {
                      return relaxed.strength[s] != relaxed.strength[t]
                                 ? relaxed.strength[s] > relaxed.strength[t]
                                 : s < t;
                    });
  std::array<unsigned, alignment_seeds> out{};
  std::copy_n(order.begin(), seeds, out.begin());
  return out;
}

}  // namespace

alignment align(const finger_view& a, const finger_view& b, const std::uint8_t* hamming,
                const relaxed_pairs& relaxed, alignment_trace* trace) {
  const unsigned seeds = std::min(alignment_seeds, relaxed.count);
  const auto order = strongest(relaxed, seeds);
  rigid_motion motion;
  mates_found mates;
  alignment best;
  std::bitset<candidate_pairs_max> covered;  // pairs that an earlier seed's motion explains already
  for (unsigned s = 0; s < seeds; ++s) {
    const unsigned seed = order[s];
    if (covered[seed]) continue;
    for (unsigned k = 0; k < relaxed.count; ++k)
      if (k == seed || relaxed.compatibility[seed][k] >= agreement_min) covered.set(k);
    const rigid_motion tried = motion_of_seed(a, b, relaxed, seed);
    mates_found found;
    find_mates(a, b, tried, found);
    if (const unsigned weight = weigh(a, b, hamming, found); weight > best.weight) {
      best.weight = weight;
      motion = tried;
      mates = found;
    }
  }
  if (best.weight == 0) return best;
  for (int round = 0; round < refinement_rounds && mates.count >= 3; ++round) {
    motion = motion_of_mates(a, b, mates, motion);
    find_mates(a, b, motion, mates);
  }
  best.weight = weigh(a, b, hamming, mates);
  best.mates = mates.count;
  best.minutiae = a.count + b.count;
  best.overlap_a = overlap_count(a, b, motion);
  best.overlap_b = overlap_count(b, a, inverse(motion));
  if (trace != nullptr) *trace = {motion, {mates.list.begin(), mates.list.begin() + mates.count}};
  return best;
}

}  // namespace whorl::fingerprint
