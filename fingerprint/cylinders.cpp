// MCC section 3 with these changes: the sum's sigmoid is a threshold (the bit form), there is no
// validity mask, and everything is fixed-point. Lengths are in quarter pixels, so that the grid of
// 17.5 px is exact; angles in 1/1280 of a turn, so that a direction bin of 72 degrees is 256 steps.
#include "fingerprint/cylinders.hpp"

#include <algorithm>
#include <bit>

#include "fingerprint/cylinder_kernels.hpp"
#include "fingerprint/fixed_math.hpp"
#include "fingerprint/parameters.hpp"

namespace whorl::fingerprint {
namespace {

using namespace parameters;

constexpr int quarter = 4;
constexpr int weight_bits = 12;
constexpr int distance_shift = 4;  // squared distances are looked up in steps of one px^2
constexpr int fine_turn = 256 * direction_bins;
static_assert(cell_step == 2 * cylinder_radius * quarter / 8 && first_cell == -7 * cell_step / 2);
static_assert(cell_reach == static_cast<int>(3 * spatial_sigma * quarter));
static_assert(cell_reach * cell_reach % (1 << distance_shift) == 0 && direction_bins <= grid_bins);

/// exp(-d^2 / 2 sigma^2), by d^2 in quarter px^2 >> distance_shift.
constexpr auto spatial_weight = [] {
  decltype(cylinder_tables::spatial) table{};
  for (std::size_t i = 0; i < cell_reach * cell_reach >> distance_shift; ++i) {
    const double squared_px =
        (static_cast<double>(i) + 0.5) * (1 << distance_shift) / (quarter * quarter);
    table[i] = static_cast<std::uint16_t>(fixed_math::round_to_int(
        fixed_math::exp_negative(-squared_px / (2 * spatial_sigma * spatial_sigma)) *
        (1 << weight_bits)));
  }
  return table;
}();

/// Share of a normal distribution around the difference that falls into a bin centred on 0, by the
/// difference in fine steps (MCC: G_D, an integral over the bin).
constexpr auto direction_weight = [] {
  constexpr double sigma = direction_sigma_degrees / 360 * fine_turn;
  std::array<double, 2 * fine_turn + 1> cumulative{};  // from -fine_turn to fine_turn
  for (std::size_t i = 1; i < cumulative.size(); ++i) {
    const double x = (static_cast<double>(i) - 0.5 - fine_turn) / sigma;
    cumulative[i] = cumulative[i - 1] + fixed_math::exp_negative(-x * x / 2);
  }
  std::array<std::uint16_t, fine_turn / 2 + 1> table{};
  const double total = cumulative.back();
  constexpr std::size_t half_bin = fine_turn / direction_bins / 2;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double share =
        cumulative[fine_turn + i + half_bin] - cumulative[fine_turn + i - half_bin];
    table[i] =
        static_cast<std::uint16_t>(fixed_math::round_to_int(share / total * (1 << weight_bits)));
  }
  return table;
}();

constexpr cylinder_tables tables = [] {
  cylinder_tables made{};
  made.spatial = spatial_weight;
  for (int difference = 0; difference < 256; ++difference)
    for (int bin = 0; bin < direction_bins; ++bin) {
      int fine = (difference * direction_bins - bin * 256 + fine_turn) % fine_turn;
      if (fine > fine_turn / 2) fine = fine_turn - fine;
      made.direction[static_cast<std::size_t>(difference)][static_cast<std::size_t>(bin)] =
          direction_weight[static_cast<std::size_t>(fine)];
    }
  made.threshold =
      static_cast<std::uint32_t>(bit_threshold * (1 << weight_bits) * (1 << weight_bits));
  return made;
}();

point_columns columns_of(std::span<const feature> all) {
  constexpr std::int32_t nowhere = 4 * feature_coordinate_max;  // far from every minutia
  const std::size_t padded = (all.size() + points_step - 1) / points_step * points_step;
  point_columns points;
  points.x.resize(padded, nowhere);
  points.y.resize(padded, nowhere);
  points.angle.resize(padded);
  for (std::size_t i = 0; i < all.size(); ++i) {
    points.x[i] = all[i].x;
    points.y[i] = all[i].y;
    points.angle[i] = all[i].angle;
  }
  return points;
}

}  // namespace

std::vector<cylinder> make_cylinders(std::span<const feature> centres,
                                     std::span<const feature> all) {
  const point_columns points = columns_of(all);
  std::vector<cylinder> made;
  made.reserve(centres.size());
  for (const feature& centre : centres) {
    const auto self = std::find(all.begin(), all.end(), centre);
    made.push_back(
        cylinder_of(centre, points, static_cast<std::size_t>(self - all.begin()), tables));
  }
  return made;
}

cylinder make_cylinder(const feature& centre, std::span<const feature> all) {
  return make_cylinders(std::span(&centre, 1), all).front();
}

unsigned count_ones(const cylinder& bits) {
  unsigned ones = 0;
  for (const std::uint64_t word : bits) ones += static_cast<unsigned>(std::popcount(word));
  return ones;
}

}  // namespace whorl::fingerprint
