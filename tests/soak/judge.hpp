// Whether a soak's samples are flat. Pure: samples in, verdict out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/soak/process_usage.hpp"

namespace whorl::soak {

struct sample {
  double seconds = 0;
  std::uint64_t bookings = 0;
  usage held;
};

/// Own memory may rise by this much over the judged part: what an allocator's arenas and LMDB's
/// spare pages move by, most in a short run, where every worker meets every kind of work for the
/// first time. A leak of 1 KB a booking passes it within 24,576 bookings.
inline constexpr double anon_rise_max_kb = 24.0 * 1024;

/// Slots are taken by readers at the same moment and never given up: a rare meeting of readers adds
/// one, a transaction that is not ended adds one each time.
inline constexpr std::int64_t slots_rise_max = 8;

/// A sample may fall into a moment when a file is written (the head of the audit, once a second:
/// the file, then its folder). Such descriptors are gone in the next sample; what leaks stays, so
/// the fewest of the later samples are compared with the fewest of the earlier ones.
inline constexpr std::int64_t fds_passing_max = 2;

struct verdict {
  std::vector<std::string> complaints;  ///< empty: flat
  double anon_slope_kb = 0;             ///< over the judged part, by least squares
  double anon_kb_per_1000_bookings = 0;
  std::int64_t anon_first_kb = 0, anon_last_kb = 0, anon_peak_kb = 0;
  std::int64_t fds_min = 0, fds_max = 0;  ///< in one sample
  std::int64_t threads_min = 0, threads_max = 0;
  std::int64_t slots_first = 0, slots_last = 0;
};

/// Judges the last three quarters of the samples; the first is warming up. Fewer than eight are
/// refused.
verdict judge(const std::vector<sample>& all);

}  // namespace whorl::soak
