#include "fingerprint/relaxation.hpp"

#include <algorithm>
#include <cstdlib>

#include "fingerprint/fixed_math.hpp"

namespace whorl::fingerprint {
namespace {

using namespace parameters;

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
      if (value < cut && at_cut-- == 0) return count;
      out[count++] = {
          static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(j),
          static_cast<std::int8_t>(fixed_math::angle_difference(b.angle[j], a.angle[i])), value};
    }
  }
  return count;
}

/// How well two pairs fit one rigid motion, 0 to 256. In place of the paper's three differences
/// (distance, direction, radial angle) and sigmoids: the angle between the two rotations, and the
/// length of the vector left between the one print's step, turned, and the other's.
std::uint16_t pair_compatibility(const finger_view& a, const finger_view& b, const minutia_pair& s,
                                 const minutia_pair& t) {
  if (s.a == t.a || s.b == t.b) return 0;
  const int turn = static_cast<std::int8_t>(static_cast<std::uint8_t>(t.rotation - s.rotation));
  if (std::abs(turn) >= compatible_angle) return 0;
  const int angle = 2 * s.rotation + turn;  // the middle of the two, 512 steps
  const std::int32_t cosine = fixed_math::cos_q14(angle), sine = fixed_math::sin_q14(angle);
  const int ax = a.x[t.a] - a.x[s.a], ay = a.y[t.a] - a.y[s.a];
  const int bx = b.x[t.b] - b.x[s.b], by = b.y[t.b] - b.y[s.b];
  // Steps are below 2^14 (features.hpp), so the products fit 32 bits.
  const int ex = ((ax * cosine - ay * sine + 8192) >> 14) - bx;
  const int ey = ((ax * sine + ay * cosine + 8192) >> 14) - by;
  // Length of the longer step, by the octagonal norm: max + min/2 less 1/8, within 3 % enough here.
  const int high = std::max(std::abs(bx), std::abs(by)), low = std::min(std::abs(bx), std::abs(by));
  const int length = high - high / 16 + low / 2 - low / 16;
  const int tolerance = compatible_error + length * compatible_error_percent / 100;
  if (std::abs(ex) >= tolerance || std::abs(ey) >= tolerance) return 0;
  const auto squared = static_cast<std::uint32_t>(ex * ex + ey * ey);
  const auto limit = static_cast<std::uint32_t>(tolerance * tolerance);
  if (squared >= limit) return 0;
  const int nearness = 256 - static_cast<int>(256 * squared / limit);
  const int agreement = 256 - 256 * turn * turn / (compatible_angle * compatible_angle);
  return static_cast<std::uint16_t>(nearness * agreement >> 8);
}

}  // namespace

std::uint8_t cylinder_similarity(unsigned ones_a, unsigned ones_b, unsigned hamming) {
  const unsigned evidence = pair_beta_256 * (ones_a + ones_b);
  if (evidence <= hamming * 256) return 0;
  return static_cast<std::uint8_t>(std::min((evidence - hamming * 256) >> 8, 255u));
}

void relax_pairs(const finger_view& a, const finger_view& b, const std::uint8_t* hamming,
                 relaxed_pairs& out) {
  out.count = choose_pairs(a, b, hamming, out.pairs.data());
  for (unsigned s = 0; s < out.count; ++s) {
    out.compatibility[s][s] = 0;
    for (unsigned t = 0; t < s; ++t)
      out.compatibility[s][t] = out.compatibility[t][s] =
          pair_compatibility(a, b, out.pairs[s], out.pairs[t]);
  }
  std::array<std::uint32_t, candidate_pairs_max> now{}, next{};
  for (unsigned s = 0; s < out.count; ++s) now[s] = out.pairs[s].similarity * 256u;
  for (int round = 0; round < relaxation_rounds; ++round) {
    for (unsigned s = 0; s < out.count; ++s) {
      std::uint64_t support = 0;
      for (unsigned t = 0; t < out.count; ++t)
        support += std::uint64_t{out.compatibility[s][t]} * now[t];
      // MCC: w_R = 1/2; the sum over the others is divided by a constant, not by their number, so
      // that prints with many agreeing pairs come out stronger.
      next[s] = static_cast<std::uint32_t>(
          std::min<std::uint64_t>((now[s] + (support >> 8) / relaxation_divisor) / 2, 0xffffff));
    }
    std::swap(now, next);
  }
  out.strength = now;
}

}  // namespace whorl::fingerprint
