#include "fingerprint/popcount_kernels.hpp"

#include <algorithm>
#include <bit>

#include "fingerprint/cylinders.hpp"
#include "fingerprint/parameters.hpp"

// ifunc resolvers run before a sanitizer is ready, and clang 14 does not know all these targets:
// there the portable code alone is built. It computes the same.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define WHORL_POPCOUNT_CLONES __attribute__((target_clones("popcnt", "default")))
#else
#define WHORL_POPCOUNT_CLONES
#endif

namespace whorl::fingerprint {
namespace {

constexpr unsigned group = 8;  // lanes at once: 8 x 64 bits is one AVX-512 register

/// The probe's minutiae (in order of angle) within the gate of a group whose angles span low..high.
struct window {
  unsigned begin, end;  ///< end may exceed the count: it wraps around
};

window gate_window(const finger_view& probe, std::uint8_t low, std::uint8_t high) {
  constexpr int gate = parameters::coarse_gate;
  const auto first_not_below = [&](int angle) {
    return static_cast<unsigned>(
        std::partition_point(probe.angle, probe.angle + probe.coarse,
                             [&](std::uint8_t a) { return int{a} < angle; }) -
        probe.angle);
  };
  const int from = low - gate, to = high + gate + 1;  // [from, to)
  if (to - from >= 256) return {0, probe.coarse};
  if (from < 0) return {first_not_below(from + 256), probe.coarse + first_not_below(to)};
  if (to > 256) return {first_not_below(from), probe.coarse + first_not_below(to - 256)};
  return {first_not_below(from), first_not_below(to)};
}

}  // namespace

WHORL_POPCOUNT_CLONES
void hamming_matrix(const finger_view& a, const finger_view& b, std::uint8_t* out) {
  const unsigned lanes = b.lanes;
  const column_word* const b0 = b.words;
  const column_word* const b1 = b0 + lanes;
  const column_word* const b2 = b1 + lanes;
  const column_word* const b3 = b2 + lanes;
  for (unsigned i = 0; i < a.count; ++i) {
    const std::uint64_t a0 = a.words[i], a1 = a.words[a.lanes + i], a2 = a.words[2 * a.lanes + i],
                        a3 = a.words[3 * a.lanes + i];
    std::uint8_t* const row = out + i * lanes;
    for (unsigned j = 0; j < lanes; ++j) {
      const int bits = std::popcount(a0 ^ b0[j]) + std::popcount(a1 ^ b1[j]) +
                       std::popcount(a2 ^ b2[j]) + std::popcount(a3 ^ b3[j]);
      row[j] = static_cast<std::uint8_t>(bits);
    }
  }
}

WHORL_POPCOUNT_CLONES
std::uint32_t coarse_sum(const finger_view& probe, const finger_view& gallery) {
  const unsigned lanes = gallery.lanes;
  std::uint64_t total = 0;
  for (unsigned start = 0; start < lanes_of(gallery.coarse); start += group) {
    const column_word* const columns = gallery.words + start;
    const window range = gate_window(probe, gallery.angle[start], gallery.angle[start + group - 1]);
    std::int64_t lane_ones[group], best[group];
    for (unsigned l = 0; l < group; ++l) {
      lane_ones[l] = gallery.ones[start + l] * std::int64_t{parameters::coarse_beta_256};
      best[l] = 0;
    }
    for (unsigned k = range.begin; k < range.end; ++k) {
      const unsigned i = k < probe.coarse ? k : k - probe.coarse;
      const std::uint64_t p0 = probe.words[i], p1 = probe.words[probe.lanes + i],
                          p2 = probe.words[2 * probe.lanes + i],
                          p3 = probe.words[3 * probe.lanes + i];
      const std::int64_t base = probe.ones[i] * std::int64_t{parameters::coarse_beta_256};
      for (unsigned l = 0; l < group; ++l) {
        const std::int64_t hamming =
            std::popcount(p0 ^ columns[l]) + std::popcount(p1 ^ columns[lanes + l]) +
            std::popcount(p2 ^ columns[2 * lanes + l]) + std::popcount(p3 ^ columns[3 * lanes + l]);
        best[l] = std::max(best[l], base + lane_ones[l] - hamming * 256);
      }
    }
    for (unsigned l = 0; l < group; ++l) total += static_cast<std::uint64_t>(best[l]);
  }
  return static_cast<std::uint32_t>(total);
}

}  // namespace whorl::fingerprint
