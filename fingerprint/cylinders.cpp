// MCC section 3 with these changes: the sum's sigmoid is a threshold (the bit form), there is no
// validity mask, and everything is fixed-point. Lengths are in quarter pixels, so that the grid of
// 17.5 px is exact; angles in 1/1280 of a turn, so that a direction bin of 72 degrees is 256 steps.
#include "fingerprint/cylinders.hpp"

#include <bit>
#include <cstdlib>

#include "fingerprint/fixed_math.hpp"
#include "fingerprint/parameters.hpp"

namespace whorl::fingerprint {
namespace {

using namespace parameters;

constexpr int quarter = 4;
constexpr int cell_step = 2 * cylinder_radius * quarter / 8;
constexpr int reach =
    static_cast<int>(3 * spatial_sigma * quarter);  // beyond 3 sigma nothing counts
constexpr int weight_bits = 12;
constexpr int distance_shift = 4;  // squared distances are looked up in steps of one px^2
constexpr int fine_turn = 256 * direction_bins;

struct cell_centre {
  std::int16_t x, y;
};

constexpr auto cell_centres = [] {
  std::array<cell_centre, cylinder_cells> cells{};
  std::size_t next = 0;
  for (int row = -7; row <= 7; row += 2) {
    for (int column = -7; column <= 7; column += 2) {
      const int squared = row * row + column * column;
      if (squared > 64 || squared < 4) continue;
      cells[next++] = {static_cast<std::int16_t>(column * cell_step / 2),
                       static_cast<std::int16_t>(row * cell_step / 2)};
    }
  }
  if (next != cylinder_cells) throw "the grid has not 48 cells";
  return cells;
}();

/// exp(-d^2 / 2 sigma^2), by d^2 in quarter px^2 >> distance_shift.
constexpr auto spatial_weight = [] {
  std::array<std::uint16_t, (reach * reach >> distance_shift) + 1> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
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

using bin_weights = std::array<std::uint32_t, direction_bins>;

bin_weights weights_of_direction(int difference_256) {
  bin_weights weights{};
  for (int bin = 0; bin < direction_bins; ++bin) {
    int fine = (difference_256 * direction_bins - bin * 256) % fine_turn;
    if (fine < 0) fine += fine_turn;
    if (fine > fine_turn / 2) fine = fine_turn - fine;
    weights[static_cast<std::size_t>(bin)] = direction_weight[static_cast<std::size_t>(fine)];
  }
  return weights;
}

}  // namespace

cylinder make_cylinder(const feature& centre, std::span<const feature> all) {
  constexpr int far = cylinder_radius + reach / quarter + 1;
  std::array<std::uint32_t, cylinder_cells * direction_bins> sums{};
  const std::int32_t cosine = fixed_math::cos_q14(centre.angle * 2);
  const std::int32_t sine = fixed_math::sin_q14(centre.angle * 2);
  bool self_skipped = false;
  for (const feature& each : all) {
    if (!self_skipped && each == centre) {
      self_skipped = true;
      continue;
    }
    const int dx = each.x - centre.x, dy = each.y - centre.y;
    if (std::abs(dx) > far || std::abs(dy) > far) continue;
    // Into the minutia's frame: rotated by -angle.
    const int x = fixed_math::shift_round(std::int64_t{quarter} * (dx * cosine + dy * sine),
                                          fixed_math::sine_bits);
    const int y = fixed_math::shift_round(std::int64_t{quarter} * (dy * cosine - dx * sine),
                                          fixed_math::sine_bits);
    const bin_weights directions =
        weights_of_direction(fixed_math::angle_difference(each.angle, centre.angle));
    for (std::size_t cell = 0; cell < cylinder_cells; ++cell) {
      const int cx = x - cell_centres[cell].x, cy = y - cell_centres[cell].y;
      const int squared = cx * cx + cy * cy;
      if (squared >= reach * reach) continue;
      const std::uint32_t spatial =
          spatial_weight[static_cast<std::size_t>(squared >> distance_shift)];
      for (std::size_t bin = 0; bin < direction_bins; ++bin)
        sums[cell * direction_bins + bin] += spatial * directions[bin];
    }
  }
  constexpr auto threshold =
      static_cast<std::uint32_t>(bit_threshold * (1 << weight_bits) * (1 << weight_bits));
  cylinder bits{};
  for (std::size_t i = 0; i < sums.size(); ++i)
    if (sums[i] > threshold) bits[i / 64] |= std::uint64_t{1} << i % 64;
  return bits;
}

unsigned count_ones(const cylinder& bits) {
  unsigned ones = 0;
  for (const std::uint64_t word : bits) ones += static_cast<unsigned>(std::popcount(word));
  return ones;
}

}  // namespace whorl::fingerprint
