// Stage one for one scan: what is made of the probe once and looked up for everybody. 40 KB, to be
// kept as long as the scan runs and no longer: a probe itself is remembered for many searches.
#pragma once

#include <array>
#include <cstdint>

#include "fingerprint/matcher.hpp"
#include "fingerprint/popcount_kernels.hpp"
#include "fingerprint/prepared_probe.hpp"

namespace whorl::fingerprint {

class coarse_scan {
 public:
  /// `probe` outlives it.
  explicit coarse_scan(const prepared_probe& probe);
  /// coarse_score of this probe and an entry.
  std::uint32_t score(byte_view entry) const;

 private:
  const prepared_probe& probe_;
  std::array<gated_finger, entry_positions> gated_;
};

}  // namespace whorl::fingerprint
