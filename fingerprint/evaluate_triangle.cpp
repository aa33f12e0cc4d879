#include "fingerprint/evaluate_triangle.hpp"

#include <atomic>
#include <mutex>
#include <thread>

#include "fingerprint/precise.hpp"

namespace whorl::fingerprint {

score_triangle::score_triangle(std::span<const finger_view> views,
                               const progress_callback& progress, unsigned threads)
    : rows_(views.size()) {
  const std::size_t total = views.empty() ? 0 : views.size() * (views.size() - 1) / 2;
  std::atomic<std::size_t> next_row{0};
  std::mutex progress_mutex;
  std::size_t done = 0;
  const auto work = [&] {
    for (std::size_t i = next_row++; i < views.size(); i = next_row++) {
      rows_[i].resize(i);
      for (std::size_t j = 0; j < i; ++j)
        rows_[i][j] = finger_score(compare_fingers(views[i], views[j]));
      const std::lock_guard lock(progress_mutex);
      done += i;
      if (progress) progress(done, total);
    }
  };
  std::vector<std::thread> others;
  for (unsigned t = 1; t < std::min(threads, 256u); ++t) others.emplace_back(work);
  work();
  for (std::thread& each : others) each.join();
}

}  // namespace whorl::fingerprint
