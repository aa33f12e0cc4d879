#include "fingerprint/relaxation.hpp"

#include <algorithm>
#include <cstdlib>

#include "fingerprint/cylinders.hpp"
#include "fingerprint/fixed_math.hpp"
#include "fingerprint/vector_clones.hpp"

namespace whorl::fingerprint {
namespace {

using namespace parameters;

constexpr int cylinder_bits = cylinder_cells * direction_bins;
constexpr unsigned tolerance_max = 96;  // reached 733 px apart, beyond any finger

/// Scale of the similarity by the variance of the common ones, ones_a (n - ones_a) ones_b (n -
/// ones_b) / (n^2 (n - 1)), plus 1 for rounding and neighbouring bits: 255 / (similar_deviations *
/// sqrt(variance + 1) * 2 n), Q16; looked up by the product >> variance_shift.
constexpr int variance_shift = 18;
constexpr auto deviation_scale = [] {
  constexpr int half = cylinder_bits / 2;
  std::array<std::uint16_t, (half * half * half * half >> variance_shift) + 1> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double product = (static_cast<double>(i) + 0.5) * (1 << variance_shift);
    const double variance = product / cylinder_bits / cylinder_bits / (cylinder_bits - 1) + 1;
    double root = variance;  // Newton
    for (int n = 0; n < 20; ++n) root = (root + variance / root) / 2;
    table[i] = static_cast<std::uint16_t>(
        fixed_math::round_to_int(255.0 * 65536 / (similar_deviations * root * 2 * cylinder_bits)));
  }
  return table;
}();

/// 2^24 / tolerance^2, so that (e^2 * it) >> 16 is 256 at the tolerance.
constexpr auto inverse_square = [] {
  std::array<std::uint32_t, tolerance_max + 1> table{};
  for (std::uint32_t t = 1; t <= tolerance_max; ++t) table[t] = (1u << 24) / (t * t);
  return table;
}();

/// The candidate_pairs_max most similar pairs within the gate, by a histogram of the similarity
/// (0..255): two passes, no sort. Ties at the cut go to the lower indices.
unsigned choose_pairs(const finger_view& a, const finger_view& b, const std::uint8_t* hamming,
                      minutia_pair* out) {
  std::array<std::uint8_t, stored_minutiae_max * stored_minutiae_max> similarity;
  std::array<unsigned, 256> histogram{};
  for (unsigned i = 0; i < a.count; ++i) {
    for (unsigned j = 0; j < b.count; ++j) {
      std::uint8_t& value = similarity[i * b.count + j];
      const int rotation = fixed_math::angle_difference(b.angle[j], a.angle[i]);
      value = std::abs(rotation) > pair_gate
                  ? std::uint8_t{0}
                  : cylinder_similarity(a.ones[i], b.ones[j], hamming[i * b.lanes + j]);
      ++histogram[value];
    }
  }
  unsigned taken = 0, cut = 256;
  while (cut > 1 && taken + histogram[cut - 1] <= candidate_pairs_max) taken += histogram[--cut];
  unsigned at_cut = candidate_pairs_max - taken;  // room for pairs just below the cut
  unsigned count = 0;
  for (unsigned i = 0; i < a.count; ++i) {
    for (unsigned j = 0; j < b.count; ++j) {
      const std::uint8_t value = similarity[i * b.count + j];
      if (value == 0 || value + 1u < cut) continue;
      if (value < cut && at_cut == 0) continue;
      if (value < cut) --at_cut;
      out[count++] = {
          static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(j),
          static_cast<std::int8_t>(fixed_math::angle_difference(b.angle[j], a.angle[i])), value};
    }
  }
  return count;
}

/// The pairs in columns, so that one is compared with all others at once.
struct pair_columns {
  using column = std::array<std::int32_t, candidate_pairs_max>;
  column ax, ay, bx, by, rotation, a, b;
  column cosine, sine;  ///< of half the rotation, Q14: the product of two is their middle rotation
};

/// How well pair s and each pair fit one rigid motion, 0 to 256. In place of the paper's three
/// differences (distance, direction, radial angle) and sigmoids: the angle between the two
/// rotations, and the length of the vector left between the one print's step, turned, and the
/// other's.
WHORL_VECTOR_CLONES
void compatibility_row(const pair_columns& p, unsigned s, unsigned count, std::uint16_t* out) {
  for (unsigned t = 0; t < count; ++t) {
    const int cosine = (p.cosine[s] * p.cosine[t] - p.sine[s] * p.sine[t]) >> 14;
    const int sine = (p.sine[s] * p.cosine[t] + p.cosine[s] * p.sine[t]) >> 14;
    const int ax = p.ax[t] - p.ax[s], ay = p.ay[t] - p.ay[s];
    const int bx = p.bx[t] - p.bx[s], by = p.by[t] - p.by[s];
    // Steps are below 2^14 (features.hpp), so the products fit 32 bits.
    const int ex = ((ax * cosine - ay * sine + 8192) >> 14) - bx;
    const int ey = ((ax * sine + ay * cosine + 8192) >> 14) - by;
    // Length of the step by the octagonal norm: max + min/2 less 1/8, within 3 % enough here.
    const int wide = std::abs(bx), tall = std::abs(by);
    const int high = std::max(wide, tall), low = std::min(wide, tall);
    const int length = high - (high >> 4) + (low >> 1) - (low >> 4);
    const int tolerance = std::min(compatible_error + (length * compatible_error_256 >> 8),
                                   static_cast<int>(tolerance_max));
    const int turn = p.rotation[t] - p.rotation[s];
    // All five looked at: branches would cost more, and end vectors.
    const int inside = int{std::abs(ex) < tolerance} & int{std::abs(ey) < tolerance} &
                       int{std::abs(turn) < compatible_angle} & int{p.a[t] != p.a[s]} &
                       int{p.b[t] != p.b[s]};
    const int x = inside != 0 ? ex : 0, y = inside != 0 ? ey : 0;
    const auto squared = static_cast<std::uint32_t>(x * x + y * y);
    const auto far =
        static_cast<int>(squared * inverse_square[static_cast<unsigned>(tolerance)] >> 16);
    const int nearness = std::max(0, 256 - far);
    const int agreement =
        std::max(0, 256 - (turn * turn * (65536 / (compatible_angle * compatible_angle)) >> 8));
    out[t] = static_cast<std::uint16_t>(inside ? nearness * agreement >> 8 : 0);
  }
}

/// sum over t of row[t] * strength[t]: 64 * 256 * 2^15 fits 31 bits.
WHORL_VECTOR_CLONES
std::int32_t support_of(const std::uint16_t* row, const std::int16_t* strength, unsigned count) {
  std::int32_t sum = 0;
  for (unsigned t = 0; t < count; ++t) sum += static_cast<std::int16_t>(row[t]) * strength[t];
  return sum;
}
static_assert(candidate_pairs_max <= 128, "support_of: 128 * 256 * 2^15 is 2^30");

}  // namespace

std::uint8_t cylinder_similarity(unsigned ones_a, unsigned ones_b, unsigned hamming) {
  // Twice n times the common ones beyond chance: the common ones are (a + b - hamming) / 2.
  const int beyond = cylinder_bits * static_cast<int>(ones_a + ones_b - hamming) -
                     2 * static_cast<int>(ones_a * ones_b);
  if (beyond <= 0) return 0;
  const std::uint32_t product =
      ones_a * (cylinder_bits - ones_a) * (ones_b * (cylinder_bits - ones_b));
  return static_cast<std::uint8_t>(std::min(
      static_cast<std::uint32_t>(beyond) * deviation_scale[product >> variance_shift] >> 16, 255u));
}

void relax_pairs(const finger_view& a, const finger_view& b, const std::uint8_t* hamming,
                 relaxed_pairs& out) {
  const unsigned count = out.count = choose_pairs(a, b, hamming, out.pairs.data());
  pair_columns columns;
  for (unsigned k = 0; k < count; ++k) {
    const minutia_pair& pair = out.pairs[k];
    columns.ax[k] = a.x[pair.a];
    columns.ay[k] = a.y[pair.a];
    columns.bx[k] = b.x[pair.b];
    columns.by[k] = b.y[pair.b];
    columns.rotation[k] = pair.rotation;
    columns.a[k] = pair.a;
    columns.b[k] = pair.b;
    columns.cosine[k] = fixed_math::cos_q14(pair.rotation);  // 512 steps: half of it
    columns.sine[k] = fixed_math::sin_q14(pair.rotation);
  }
  for (unsigned s = 0; s < count; ++s)
    compatibility_row(columns, s, count, out.compatibility[s].data());
  std::array<std::int16_t, candidate_pairs_max> now{}, next{};
  for (unsigned s = 0; s < count; ++s)
    now[s] = static_cast<std::int16_t>(out.pairs[s].similarity * 64);
  for (int round = 0; round < relaxation_rounds; ++round) {
    // MCC: w_R = 1/2; the sum over the others is divided by a constant, not by their number, so
    // that prints with many agreeing pairs come out stronger.
    for (unsigned s = 0; s < count; ++s) {
      const std::int32_t support = support_of(out.compatibility[s].data(), now.data(), count);
      next[s] = static_cast<std::int16_t>(
          std::min((now[s] + (support >> (8 + relaxation_divisor_log2))) / 2, 0x7fff));
    }
    std::swap(now, next);
  }
  for (unsigned s = 0; s < count; ++s) out.strength[s] = static_cast<std::uint16_t>(now[s]);
}

}  // namespace whorl::fingerprint
