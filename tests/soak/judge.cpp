#include "tests/soak/judge.hpp"

#include <algorithm>
#include <span>

namespace whorl::soak {
namespace {

/// Rise of RssAnon over the whole span, by least squares over the bookings done.
double rise_of(std::span<const sample> part) {
  double mean_x = 0, mean_y = 0;
  for (const sample& s : part) {
    mean_x += static_cast<double>(s.bookings);
    mean_y += static_cast<double>(s.held.anon_kb);
  }
  mean_x /= static_cast<double>(part.size());
  mean_y /= static_cast<double>(part.size());
  double xy = 0, xx = 0;
  for (const sample& s : part) {
    const double x = static_cast<double>(s.bookings) - mean_x;
    xy += x * (static_cast<double>(s.held.anon_kb) - mean_y);
    xx += x * x;
  }
  const double width = static_cast<double>(part.back().bookings - part.front().bookings);
  return xx == 0 ? 0 : xy / xx * width;
}

struct range {
  std::int64_t low = 0, high = 0;
};

template <class Get>
range range_of(std::span<const sample> part, Get get) {
  range out{get(part.front().held), get(part.front().held)};
  for (const sample& s : part) {
    out.low = std::min(out.low, get(s.held));
    out.high = std::max(out.high, get(s.held));
  }
  return out;
}

void judge_descriptors(std::span<const sample> part, verdict& out) {
  const auto fds = [](const usage& u) { return u.fds; };
  const range all = range_of(part, fds);
  out.fds_min = all.low;
  out.fds_max = all.high;
  const std::size_t half = part.size() / 2;
  const std::int64_t before = range_of(part.first(half), fds).low;
  const std::int64_t after = range_of(part.subspan(half), fds).low;
  if (after > before)
    out.complaints.push_back("file descriptors rose from " + std::to_string(before) + " to " +
                             std::to_string(after));
  if (all.high - all.low > fds_passing_max)
    out.complaints.push_back("file descriptors moved between " + std::to_string(all.low) + " and " +
                             std::to_string(all.high) + ", at most " +
                             std::to_string(fds_passing_max) + " may be open for a moment");
}

void judge_threads(std::span<const sample> part, verdict& out) {
  const range all = range_of(part, [](const usage& u) { return u.threads; });
  out.threads_min = all.low;
  out.threads_max = all.high;
  if (all.low != all.high)
    out.complaints.push_back("threads moved between " + std::to_string(all.low) + " and " +
                             std::to_string(all.high));
}

}  // namespace

verdict judge(const std::vector<sample>& all) {
  verdict out;
  if (all.size() < 8) {
    out.complaints.push_back("only " + std::to_string(all.size()) + " samples: run it for longer");
    return out;
  }
  const std::span<const sample> part = std::span(all).subspan(all.size() / 4);
  out.anon_slope_kb = rise_of(part);
  const double bookings = static_cast<double>(part.back().bookings - part.front().bookings);
  if (bookings > 0) out.anon_kb_per_1000_bookings = out.anon_slope_kb / bookings * 1000;
  out.anon_first_kb = part.front().held.anon_kb;
  out.anon_last_kb = part.back().held.anon_kb;
  for (const sample& s : part) out.anon_peak_kb = std::max(out.anon_peak_kb, s.held.anon_kb);
  if (out.anon_slope_kb > anon_rise_max_kb)
    out.complaints.push_back("own memory rose by " +
                             std::to_string(static_cast<long>(out.anon_slope_kb)) +
                             " kB, at most " + std::to_string(static_cast<long>(anon_rise_max_kb)));
  judge_descriptors(part, out);
  judge_threads(part, out);
  out.slots_first = part.front().held.reader_slots;
  out.slots_last = part.back().held.reader_slots;
  if (out.slots_last - out.slots_first > slots_rise_max)
    out.complaints.push_back("reader slots of LMDB rose from " + std::to_string(out.slots_first) +
                             " to " + std::to_string(out.slots_last));
  return out;
}

}  // namespace whorl::soak
