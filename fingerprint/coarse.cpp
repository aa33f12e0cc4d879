// Stage one: the best few fingers of both sides, popcounts alone.
#include "fingerprint/coarse.hpp"

#include <algorithm>

namespace whorl::fingerprint {

coarse_scan::coarse_scan(const prepared_probe& probe) : probe_(probe) {
  for (std::size_t position = 0; position < entry_positions; ++position)
    gated_[position] = gated_finger(probe.finger(position));
}

std::uint32_t coarse_scan::score(byte_view entry) const {
  struct ranked {
    unsigned minutiae;  ///< of the poorer side: a finger is as good as its worse print
    const gated_finger* probe;
    finger_view entry;
  };
  std::array<ranked, parameters::coarse_fingers_max> best{};
  const finger_meetings met = meetings(probe_, entry);
  for (unsigned i = 0; i < met.count; ++i) {
    ranked next{0, &gated_[met.list[i].probe], finger_of(entry, met.list[i].entry)};
    next.minutiae = std::min(next.probe->count, next.entry.coarse);
    for (ranked& kept : best)  // the first positions win ties
      if (next.minutiae > kept.minutiae) std::swap(next, kept);
  }
  std::uint32_t total = 0;
  for (const ranked& each : best)
    if (each.minutiae != 0) total += coarse_sum(*each.probe, each.entry) >> 8;
  return total;
}

std::uint32_t coarse_scan::score_all(byte_view entry) const {
  const finger_meetings met = meetings(probe_, entry);
  std::uint32_t total = 0, best_of_several = 0;
  for (unsigned i = 0; i < met.count; ++i) {
    const std::uint32_t sum =
        coarse_sum(gated_[met.list[i].probe], finger_of(entry, met.list[i].entry)) >> 8;
    if (met.list[i].one_of_several)
      best_of_several = std::max(best_of_several, sum);
    else
      total += sum;
  }
  return total + best_of_several;
}

std::uint32_t coarse_score(const prepared_probe& probe, byte_view entry) {
  return coarse_scan(probe).score(entry);
}

}  // namespace whorl::fingerprint
