// All pairs of a set of prints, matched on a few threads. Each print's cylinders are made once.
#include "fingerprint/accuracy.hpp"
#include "fingerprint/evaluate_triangle.hpp"
#include "fingerprint/print_pool.hpp"

namespace whorl::fingerprint {

accuracy_report evaluate(std::span<const labelled_print> labelled,
                         const progress_callback& progress, unsigned threads) {
  if (labelled.empty()) return {};
  const print_pool pool(labelled);
  const score_triangle scores(pool.views(), progress, threads);
  std::vector<pair_score> pairs;
  pairs.reserve(pool.size() * (pool.size() - 1) / 2);
  for (std::size_t i = 0; i < pool.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (pool.counts(i, j)) pairs.push_back({scores.at(i, j), pool.finger(i), pool.finger(j)});
  accuracy_report report = report_of_scores(pairs, pool.fingers());
  report.prints = pool.size();
  report.search = pool.search([&](std::size_t i, std::size_t j) { return scores.at(i, j); });
  return report;
}

}  // namespace whorl::fingerprint
