// Rows of work on a few threads, for studies of many pairs; the search has its own (actors).
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

namespace whorl::fingerprint {

/// Calls row(0) .. row(rows - 1), each once, on `threads` threads (0 = 1), and after each
/// `done(row)`, one call at a time. Neither may throw.
template <class Row, class Done>
void for_rows(std::size_t rows, unsigned threads, const Row& row, const Done& done) {
  std::atomic<std::size_t> next{0};
  std::mutex one_at_a_time;
  const auto work = [&] {
    for (std::size_t i = next++; i < rows; i = next++) {
      row(i);
      const std::lock_guard lock(one_at_a_time);
      done(i);
    }
  };
  std::vector<std::thread> others;
  for (unsigned t = 1; t < std::min(threads, 256u); ++t) others.emplace_back(work);
  work();
  for (std::thread& each : others) each.join();
}

}  // namespace whorl::fingerprint
