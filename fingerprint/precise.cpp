#include "fingerprint/precise.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "fingerprint/fixed_math.hpp"
#include "fingerprint/popcount_kernels.hpp"

namespace whorl::fingerprint {
namespace {

bool comes_first(const finger_view& a, const finger_view& b) {
  if (a.count != b.count) return a.count < b.count;
  return std::memcmp(a.words, b.words, a.lanes * lane_bytes) <= 0;
}

}  // namespace

alignment compare_fingers(const finger_view& a, const finger_view& b) {
  if (!a || !b) return {};
  const bool kept = comes_first(a, b);
  const finger_view& first = kept ? a : b;
  const finger_view& second = kept ? b : a;
  std::array<std::uint8_t, stored_lanes_max * stored_lanes_max> hamming;
  hamming_matrix(first, second, hamming.data());
  relaxed_pairs relaxed;
  relax_pairs(first, second, hamming.data(), relaxed);
  return align(first, second, hamming.data(), relaxed);
}

std::uint16_t finger_score(const alignment& evidence) {
  const std::uint32_t overlap = evidence.overlap_a + evidence.overlap_b + parameters::overlap_prior;
  // In 1/16: the root of at most 96 minutiae.
  const std::uint32_t size = fixed_math::square_root(evidence.minutiae * 256);
  if (size == 0) return 0;
  const std::uint64_t score = std::uint64_t{evidence.weight} * evidence.weight / (overlap * size);
  return static_cast<std::uint16_t>(std::min<std::uint64_t>(score, 0xffff));
}

}  // namespace whorl::fingerprint
