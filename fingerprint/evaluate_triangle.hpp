// The scores of all pairs of some fingers, matched on a few threads; the same for any number of
// them. The views are borrowed while it is made.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "fingerprint/accuracy.hpp"
#include "fingerprint/search_entry.hpp"

namespace whorl::fingerprint {

class score_triangle {
 public:
  score_triangle(std::span<const finger_view> views, const progress_callback& progress,
                 unsigned threads);

  std::uint16_t at(std::size_t i, std::size_t j) const {
    return rows_[std::max(i, j)][std::min(i, j)];
  }

 private:
  std::vector<std::vector<std::uint16_t>> rows_;
};

}  // namespace whorl::fingerprint
