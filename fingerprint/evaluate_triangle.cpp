#include "fingerprint/evaluate_triangle.hpp"

#include "fingerprint/evaluate_rows.hpp"
#include "fingerprint/precise.hpp"

namespace whorl::fingerprint {

score_triangle::score_triangle(std::span<const finger_view> views,
                               const progress_callback& progress, unsigned threads)
    : rows_(views.size()) {
  const std::size_t total = views.empty() ? 0 : views.size() * (views.size() - 1) / 2;
  std::size_t done = 0;
  for_rows(
      views.size(), threads,
      [&](std::size_t i) {
        rows_[i].resize(i);
        for (std::size_t j = 0; j < i; ++j)
          rows_[i][j] = finger_score(compare_fingers(views[i], views[j]));
      },
      [&](std::size_t i) {
        done += i;
        if (progress) progress(done, total);
      });
}

}  // namespace whorl::fingerprint
