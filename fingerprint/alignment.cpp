#include "fingerprint/alignment.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstdlib>
#include <cstring>
#include <span>
#include <utility>

#include "fingerprint/elastic.hpp"
#include "fingerprint/fixed_math.hpp"
#include "fingerprint/information.hpp"
#include "fingerprint/overlap.hpp"
#include "fingerprint/rigid_fit.hpp"
#include "fingerprint/vector_clones.hpp"

namespace whorl::fingerprint {
namespace {

using namespace parameters;

constexpr unsigned mates_max = stored_minutiae_max;
static_assert(mates_max <= 64, "used minutiae are bits of one word");
constexpr unsigned near_max = 512;  // fuller than this only where minutiae lie on one another

constexpr tolerance before_stretch = {mate_distance_rigid, mate_angle_rigid};
constexpr tolerance after_stretch = {mate_distance, mate_angle};

struct mates_found {
  unsigned count = 0;
  std::array<mate, mates_max> list;
  std::span<const mate> span() const { return {list.data(), count}; }
};

/// The two prints and what every trial of a motion needs of them.
struct compared {
  const finger_view& a;
  const finger_view& b;
  const std::uint8_t* hamming;
  information of_a, of_b;
  std::array<std::int32_t, stored_lanes_max> bx, by;  ///< b's places in quarter pixels
};

/// Which lanes of b lie within the distance of a point: one byte a lane, so that it vectorises.
WHORL_VECTOR_CLONES
void mark_near(const std::int32_t* bx, const std::int32_t* by, unsigned lanes, int x, int y,
               int distance, std::uint8_t* marks) {
  for (unsigned j = 0; j < lanes; ++j)
    marks[j] = static_cast<std::uint8_t>((std::abs(bx[j] - x) < distance) &
                                         (std::abs(by[j] - y) < distance));
}

/// All pairs within the tolerances.
template <tolerance Within>
unsigned pairs_within(const compared& c, const placed_minutiae& placed, mate* near) {
  constexpr int distance = Within.distance * 4, limit = distance * distance;
  unsigned count = 0;
  std::array<std::uint8_t, stored_lanes_max> marks;
  for (unsigned i = 0; i < c.a.count; ++i) {
    const int x = placed.x[i], y = placed.y[i];
    const auto turned = static_cast<std::uint8_t>(placed.angle[i]);
    mark_near(c.bx.data(), c.by.data(), c.b.lanes, x, y, distance, marks.data());
    for (unsigned start = 0; start < c.b.lanes; start += 8) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, marks.data() + start, sizeof eight);
      for (; eight != 0; eight &= eight - 1) {
        const unsigned j = start + static_cast<unsigned>(std::countr_zero(eight)) / 8;
        const int dx = c.bx[j] - x, dy = c.by[j] - y;
        const int squared = dx * dx + dy * dy;
        const int turn = std::abs(fixed_math::angle_difference(c.b.angle[j], turned));
        if (j >= c.b.count || squared >= limit || turn >= Within.angle || count == near_max)
          continue;
        const int cost = 256 * squared / limit + 256 * turn * turn / (Within.angle * Within.angle);
        near[count++] = {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(j),
                         static_cast<std::uint16_t>(cost)};
      }
    }
  }
  return count;
}

/// Pairs within the tolerances, nearest first, each minutia once.
template <tolerance Within>
void find_mates(const compared& c, const placed_minutiae& placed, mates_found& out) {
  std::array<mate, near_max> near;
  const unsigned count = pairs_within<Within>(c, placed, near.data());
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
rigid_motion motion_of_seed(const compared& c, const relaxed_pairs& relaxed, unsigned seed,
                            unsigned strongest) {
  rigid_fit fit(relaxed.pairs[seed].rotation);
  for (unsigned k = 0; k < relaxed.count; ++k) {
    const unsigned agreement = k == seed ? 256 : relaxed.compatibility[seed][k];
    if (agreement < agreement_min) continue;
    const minutia_pair& pair = relaxed.pairs[k];
    const unsigned weight = 1 + 4 * agreement * relaxed.strength[k] / (strongest + 1);
    fit.add(c.a, pair.a, c.b, pair.b, static_cast<std::int32_t>(weight));
  }
  return fit.solve();
}

rigid_motion motion_of_mates(const compared& c, const mates_found& mates,
                             const rigid_motion& before) {
  rigid_fit fit(static_cast<std::int8_t>(before.rotation));
  for (const mate& each : mates.span()) fit.add(c.a, each.a, c.b, each.b, 600 - each.cost);
  return fit.solve();
}

/// The mates' nearness, similarity and information, 256 for a perfect mate that stands alone.
unsigned weigh(const compared& c, const mates_found& mates) {
  unsigned weight = 0;
  for (const mate& each : mates.span()) {
    const unsigned similarity = cylinder_similarity(c.a.ones[each.a], c.b.ones[each.b],
                                                    c.hamming[each.a * c.b.lanes + each.b]);
    const unsigned told = c.of_a.root[each.a] * c.of_b.root[each.b];
    weight += mate_weight(each.cost, similarity, told, mate_base, mate_similar);
  }
  return weight;
}

template <std::size_t... Index>
void trace_tolerances(const compared& c, const placed_minutiae& placed, alignment_trace& trace,
                      std::index_sequence<Index...>) {
  mates_found found;
  const auto keep = [&](std::vector<mate>& to) {
    to.assign(found.list.begin(), found.list.begin() + found.count);
  };
  ((find_mates<studied_tolerances[Index]>(c, placed, found), keep(trace.mates_within[Index])), ...);
}

/// Indices of the pairs, strongest first.
std::array<std::uint8_t, candidate_pairs_max> by_strength(const relaxed_pairs& relaxed) {
  std::array<std::uint8_t, candidate_pairs_max> order;
  for (unsigned i = 0; i < relaxed.count; ++i) order[i] = static_cast<std::uint8_t>(i);
  std::sort(order.begin(), order.begin() + relaxed.count, [&](unsigned s, unsigned t) {
    return relaxed.strength[s] != relaxed.strength[t] ? relaxed.strength[s] > relaxed.strength[t]
                                                      : s < t;
  });
  return order;
}

/// The best of a few motions, each of a pair that no earlier one explains. False: nothing lies on
/// anything under any of them.
bool best_motion(const compared& c, const relaxed_pairs& relaxed, rigid_motion& motion,
                 mates_found& mates) {
  const auto order = by_strength(relaxed);
  unsigned best = 0, tried = 0;
  std::bitset<candidate_pairs_max> covered;
  for (unsigned s = 0; s < relaxed.count && tried < alignment_seeds; ++s) {
    const unsigned seed = order[s];
    if (covered[seed]) continue;
    ++tried;
    for (unsigned k = 0; k < relaxed.count; ++k)
      if (relaxed.compatibility[seed][k] >= agreement_min) covered.set(k);
    const rigid_motion trial = motion_of_seed(c, relaxed, seed, relaxed.strength[order[0]]);
    placed_minutiae placed;
    place(c.a, trial, placed);
    mates_found found;
    find_mates<before_stretch>(c, placed, found);
    if (const unsigned weight = weigh(c, found); weight > best) {
      best = weight;
      motion = trial;
      mates = found;
    }
  }
  return best != 0;
}

void measure_overlap(const compared& c, const placed_minutiae& placed, alignment& out) {
  placed_minutiae target;
  target.x = c.bx;
  target.y = c.by;
  std::uint64_t inside_a = overlapping(placed, c.a.count, target, c.b.count);
  std::uint64_t inside_b = overlapping(target, c.b.count, placed, c.a.count);
  out.overlap_a = static_cast<unsigned>(std::popcount(inside_a));
  out.overlap_b = static_cast<unsigned>(std::popcount(inside_b));
  for (; inside_a != 0; inside_a &= inside_a - 1)
    out.overlap_information += c.of_a.weight[static_cast<unsigned>(std::countr_zero(inside_a))];
  for (; inside_b != 0; inside_b &= inside_b - 1)
    out.overlap_information += c.of_b.weight[static_cast<unsigned>(std::countr_zero(inside_b))];
  out.information = c.of_a.total + c.of_b.total;
}

}  // namespace

alignment align(const finger_view& a, const finger_view& b, const std::uint8_t* hamming,
                const relaxed_pairs& relaxed, alignment_trace* trace) {
  alignment out;
  if (relaxed.count == 0) return out;
  compared c{a, b, hamming, {}, {}, {}, {}};
  weigh_minutiae(a, c.of_a);
  weigh_minutiae(b, c.of_b);
  for (unsigned j = 0; j < b.lanes; ++j) c.bx[j] = b.x[j] * 4, c.by[j] = b.y[j] * 4;
  rigid_motion motion;
  mates_found mates;
  if (!best_motion(c, relaxed, motion, mates)) return out;
  placed_minutiae rigid, stretched;
  if (mates.count >= 3) motion = motion_of_mates(c, mates, motion);
  place(a, motion, rigid);
  find_mates<before_stretch>(c, rigid, mates);
  stretch(a, b, rigid, mates.span(), stretched);
  find_mates<before_stretch>(c, stretched, mates);
  stretch(a, b, rigid, mates.span(), stretched);
  find_mates<after_stretch>(c, stretched, mates);
  out.mates = mates.count;
  out.weight = weigh(c, mates);
  if (out.mates == 0) return out;
  measure_overlap(c, stretched, out);
  if (trace == nullptr) return out;
  trace->motion = motion;
  trace->mates.assign(mates.list.begin(), mates.list.begin() + mates.count);
  trace_tolerances(c, stretched, *trace, std::make_index_sequence<studied_tolerances.size()>{});
  return out;
}

}  // namespace whorl::fingerprint
