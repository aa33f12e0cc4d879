// Stage one: popcounts alone.
#include "fingerprint/coarse.hpp"

#include <algorithm>

namespace whorl::fingerprint {

coarse_scan::coarse_scan(const prepared_probe& probe) : probe_(probe) {
  for (std::size_t position = 0; position < entry_positions; ++position)
    gated_[position] = gated_finger(probe.finger(position));
}

std::uint32_t coarse_scan::score(byte_view entry) const {
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
