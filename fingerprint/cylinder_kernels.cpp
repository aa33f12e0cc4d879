// Compiled once for each instruction set (Highway's foreach_target); see simd_targets.hpp.
#include "fingerprint/cylinder_kernels.hpp"

#include <bit>
#include <cstdlib>
#include <cstring>

#include "fingerprint/fixed_math.hpp"
#include "fingerprint/parameters.hpp"
#include "messages/invariant.hpp"
#include "messages/limits.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fingerprint/cylinder_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace whorl::fingerprint::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// No cell's centre lies beyond 280, so from here on a neighbour reaches none.
constexpr int farthest = 280 + cell_reach;
constexpr int far_px = farthest / 4 + 1;

/// Those near enough to count, in the minutia's frame, and their direction in it.
struct neighbours {
  std::size_t count = 0;
  alignas(64) std::int32_t x[limits::minutiae_max + 2 * points_step];
  alignas(64) std::int32_t y[limits::minutiae_max + 2 * points_step];
  alignas(64) std::int32_t turn[limits::minutiae_max + 2 * points_step];
};

struct grid {
  alignas(64) std::uint32_t sums[grid_side][grid_side][grid_bins];
};

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

void find_neighbours(const feature& centre, const point_columns& points, std::size_t skipped,
                     neighbours& out) {
  const std::int32_t cosine = fixed_math::cos_q14(centre.angle * 2);
  const std::int32_t sine = fixed_math::sin_q14(centre.angle * 2);
  out.count = 0;
  for (std::size_t i = 0; i < points.x.size(); ++i) {
    const int dx = points.x[i] - centre.x, dy = points.y[i] - centre.y;
    if (std::abs(dx) > far_px || std::abs(dy) > far_px || i == skipped) continue;
    const int x = fixed_math::shift_round(4 * (dx * cosine + dy * sine), fixed_math::sine_bits);
    const int y = fixed_math::shift_round(4 * (dy * cosine - dx * sine), fixed_math::sine_bits);
    if (x * x + y * y >= farthest * farthest) continue;
    out.x[out.count] = x;
    out.y[out.count] = y;
    out.turn[out.count++] = (points.angle[i] - centre.angle) & 255;
  }
}

void add_cell(std::uint32_t* sums, std::uint32_t spatial, const std::uint32_t* direction) {
  for (int bin = 0; bin < parameters::direction_bins; ++bin) sums[bin] += spatial * direction[bin];
}

unsigned bits_of_cell(const std::uint32_t* sums, std::uint32_t threshold) {
  unsigned bits = 0;
  for (int bin = 0; bin < parameters::direction_bins; ++bin)
    bits |= static_cast<unsigned>(sums[bin] > threshold) << bin;
  return bits;
}

#else

void find_neighbours(const feature& centre, const point_columns& points, std::size_t skipped,
                     neighbours& out) {
  const hn::CappedTag<std::int32_t, points_step> d;
  const auto cosine = hn::Set(d, fixed_math::cos_q14(centre.angle * 2));
  const auto sine = hn::Set(d, fixed_math::sin_q14(centre.angle * 2));
  const auto centre_x = hn::Set(d, centre.x), centre_y = hn::Set(d, centre.y);
  const auto too_far = hn::Set(d, far_px + 1), half = hn::Set(d, 1 << (fixed_math::sine_bits - 3));
  const auto limit = hn::Set(d, farthest * farthest);
  out.count = 0;
  for (std::size_t i = 0; i < points.x.size(); i += hn::Lanes(d)) {
    auto dx = hn::Sub(hn::LoadU(d, &points.x[i]), centre_x);
    auto dy = hn::Sub(hn::LoadU(d, &points.y[i]), centre_y);
    auto near = hn::And(hn::Lt(hn::Abs(dx), too_far), hn::Lt(hn::Abs(dy), too_far));
    near = hn::And(near, hn::Ne(hn::Iota(d, static_cast<std::int32_t>(i)),
                                hn::Set(d, static_cast<std::int32_t>(skipped))));
    if (hn::AllFalse(d, near)) continue;
    dx = hn::IfThenElseZero(near, dx);
    dy = hn::IfThenElseZero(near, dy);
    // Quarter pixels: the sine's bits less two.
    const auto x = hn::ShiftRight<fixed_math::sine_bits - 2>(
        hn::Add(hn::Add(hn::Mul(dx, cosine), hn::Mul(dy, sine)), half));
    const auto y = hn::ShiftRight<fixed_math::sine_bits - 2>(
        hn::Add(hn::Sub(hn::Mul(dy, cosine), hn::Mul(dx, sine)), half));
    near = hn::And(near, hn::Lt(hn::Add(hn::Mul(x, x), hn::Mul(y, y)), limit));
    const auto turn =
        hn::And(hn::Sub(hn::LoadU(d, &points.angle[i]), hn::Set(d, centre.angle)), hn::Set(d, 255));
    // Compressing in a register and storing all of it: Zen 4 takes 10 times as long to compress
    // into memory.
    hn::StoreU(hn::Compress(x, near), d, out.x + out.count);
    hn::StoreU(hn::Compress(y, near), d, out.y + out.count);
    hn::StoreU(hn::Compress(turn, near), d, out.turn + out.count);
    out.count += hn::CountTrue(d, near);
  }
}

void add_cell(std::uint32_t* sums, std::uint32_t spatial, const std::uint32_t* direction) {
  const hn::CappedTag<std::uint32_t, grid_bins> d;
  const auto weight = hn::Set(d, spatial);
  for (std::size_t bin = 0; bin < grid_bins; bin += hn::Lanes(d))
    hn::Store(hn::Add(hn::Load(d, sums + bin), hn::Mul(weight, hn::LoadU(d, direction + bin))), d,
              sums + bin);
}

unsigned bits_of_cell(const std::uint32_t* sums, std::uint32_t threshold) {
  const hn::CappedTag<std::uint32_t, grid_bins> d;
  unsigned bits = 0;
  for (std::size_t bin = 0; bin < grid_bins; bin += hn::Lanes(d)) {
    std::uint8_t part[8];
    hn::StoreMaskBits(d, hn::Gt(hn::Load(d, sums + bin), hn::Set(d, threshold)), part);
    bits |= unsigned{part[0]} << bin;
  }
  return bits;
}

#endif

cylinder make(const feature& centre, const point_columns& points, std::size_t skipped,
              const cylinder_tables& tables) {
  neighbours near;
  find_neighbours(centre, points, skipped, near);
  grid cells;
  std::memset(cells.sums[grid_border], 0, 8 * sizeof cells.sums[0]);  // the border is not read
  // The first column within reach of x is the first one beyond x - reach; counted with the border
  // and from x >= -farthest it is not negative, and x - its place is below reach.
  constexpr int origin = first_cell - grid_border * cell_step;
  constexpr int offset = cell_step - cell_reach - origin;
  static_assert(offset - farthest >= 0);
  static_assert((farthest + offset) / cell_step + 3 < grid_side);
  for (std::size_t i = 0; i < near.count; ++i) {
    const int column = (near.x[i] + offset) / cell_step, row = (near.y[i] + offset) / cell_step;
    const int dx = near.x[i] - origin - column * cell_step;
    int dy = near.y[i] - origin - row * cell_step;
    const std::uint32_t* const direction =
        tables.direction[static_cast<std::size_t>(near.turn[i])].data();
    for (int r = row; dy > -cell_reach; ++r, dy -= cell_step)
      for (int c = 0; c < 4; ++c) {
        const int squared = (dx - c * cell_step) * (dx - c * cell_step) + dy * dy;
        add_cell(cells.sums[r][column + c], tables.spatial[static_cast<std::size_t>(squared >> 4)],
                 direction);
      }
  }
  cylinder bits{};
  unsigned at = 0;
  for (int row = 0; row < 8; ++row)
    for (int column = 0; column < 8; ++column) {
      const int y = 2 * row - 7, x = 2 * column - 7;
      if (x * x + y * y > 64 || x * x + y * y < 4) continue;
      const std::uint64_t set =
          bits_of_cell(cells.sums[row + grid_border][column + grid_border], tables.threshold);
      bits[at / 64] |= set << at % 64;
      if (at % 64 > 64 - parameters::direction_bins) bits[at / 64 + 1] |= set >> (64 - at % 64);
      at += parameters::direction_bins;
    }
  return bits;
}

}  // namespace

void make_into(const feature& centre, const point_columns& points, std::size_t skipped,
               const cylinder_tables& tables, cylinder& out) {
  out = make(centre, points, skipped, tables);
}

}  // namespace whorl::fingerprint::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace whorl::fingerprint {

HWY_EXPORT(make_into);

cylinder cylinder_of(const feature& centre, const point_columns& points, std::size_t skipped,
                     const cylinder_tables& tables) {
  INVARIANT(points.x.size() <= limits::minutiae_max + points_step);
  cylinder out;
  HWY_DYNAMIC_DISPATCH(make_into)(centre, points, skipped, tables, out);
  return out;
}

}  // namespace whorl::fingerprint
#endif
