#include "fingerprint/precise.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "fingerprint/fixed_math.hpp"
#include "fingerprint/popcount_kernels.hpp"
#include "fingerprint/rigid_fit.hpp"

namespace whorl::fingerprint {
namespace {

bool comes_first(const finger_view& a, const finger_view& b) {
  if (a.count != b.count) return a.count < b.count;
  return std::memcmp(a.words, b.words, a.lanes * lane_bytes) <= 0;
}

alignment compare_ordered(const finger_view& first, const finger_view& second,
                          comparison_trace* trace) {
  std::array<std::uint8_t, stored_lanes_max * stored_lanes_max> hamming;
  hamming_matrix(first, second, hamming.data());
  relaxed_pairs relaxed;
  relax_pairs(first, second, hamming.data(), relaxed);
  if (trace != nullptr) trace->candidate_pairs = relaxed.count;
  return align(first, second, hamming.data(), relaxed,
               trace != nullptr ? &trace->aligned : nullptr);
}

}  // namespace

alignment compare_fingers(const finger_view& a, const finger_view& b) {
  if (!a || !b) return {};
  return comes_first(a, b) ? compare_ordered(a, b, nullptr) : compare_ordered(b, a, nullptr);
}

alignment compare_fingers(const finger_view& a, const finger_view& b, comparison_trace& trace) {
  trace = {};
  if (!a || !b) return {};
  if (comes_first(a, b)) return compare_ordered(a, b, &trace);
  alignment found = compare_ordered(b, a, &trace);
  std::swap(found.overlap_a, found.overlap_b);
  trace.aligned.motion = inverse(trace.aligned.motion);
  for (mate& each : trace.aligned.mates) std::swap(each.a, each.b);
  for (std::vector<mate>& others : trace.aligned.mates_within)
    for (mate& each : others) std::swap(each.a, each.b);
  return found;
}

std::uint16_t finger_score(const alignment& evidence) {
  const std::uint32_t overlap = evidence.overlap_information + 256 * parameters::overlap_prior;
  const std::uint32_t size = fixed_math::square_root(evidence.information);  // 16 sqrt(minutiae)
  if (size == 0) return 0;
  // The divisors are 256 and 16 times what they count, 4096 together.
  const std::uint64_t squared = std::uint64_t{evidence.weight} * evidence.weight *
                                parameters::score_scale / (std::uint64_t{overlap} * size);
  return static_cast<std::uint16_t>(fixed_math::square_root(
      static_cast<std::uint32_t>(std::min<std::uint64_t>(squared, UINT32_MAX))));
}

}  // namespace whorl::fingerprint
