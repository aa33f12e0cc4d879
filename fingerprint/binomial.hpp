// Rates counted in few events: their exact intervals. Clopper, Pearson, Biometrika 26, 1934.
#pragma once

#include <cstddef>

namespace whorl::fingerprint {

struct interval {
  double low = 0, high = 0;
};

/// The exact two-sided interval of a share seen as `events` of `trials`, which are taken as
/// independent (pairs of one finger are not: then it is too narrow). 0 trials: [0, 1]. Needs
/// events <= trials and 0 < confidence < 1.
interval clopper_pearson(std::size_t events, std::size_t trials, double confidence = 0.95);

/// A share with what it was counted from.
struct counted_rate {
  std::size_t events = 0, trials = 0;
  double rate() const {
    return trials == 0 ? 0 : static_cast<double>(events) / static_cast<double>(trials);
  }
  interval exact() const { return clopper_pearson(events, trials); }
};

}  // namespace whorl::fingerprint
