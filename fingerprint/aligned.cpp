#include "fingerprint/aligned.hpp"

#include <algorithm>

#include "fingerprint/aligned_kernels.hpp"

namespace whorl::fingerprint {
namespace {

std::uint32_t align(const positioned_sketch& probe, byte_view row) {
  return align_finger(probe.sketch, stored_sketch(row.data() + sketch_offset(probe.position)),
                      stored_places(row.data() + places_offset(probe.position)));
}

}  // namespace

std::uint32_t score_aligned(const scan_probe& probe, byte_view row) {
  std::uint32_t total = 0, best = 0;
  for (const positioned_sketch& each : probe.placed) total += align(each, row);
  for (const positioned_sketch& each : probe.anywhere) best = std::max(best, align(each, row));
  return total + best;
}

}  // namespace whorl::fingerprint
