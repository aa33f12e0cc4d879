// Error rates of scores that were combined without knowing the people they are reported on.
//
// The matcher's parameters were chosen looking at the public sets. Here the few that combine the
// evidence into a score (combination.hpp) are chosen again for every two people A and B (A = B for
// pairs within one person) on all pairs of prints of which none is A's or B's, in all sets at once;
// then A's pairs with B are scored with that choice, and the score is read as a false match rate by
// a line fitted to the same other pairs. So every pair is scored once, by what never saw its
// people. What stays as it was chosen on everybody: descriptor, relaxation, alignment and
// tolerances.
#pragma once

#include <string>
#include <vector>

#include "fingerprint/accuracy.hpp"
#include "fingerprint/combination.hpp"
#include "messages/result.hpp"

namespace whorl::fingerprint {

/// labelled_print::person says who is left out together, across all sets.
struct print_set {
  std::string name;
  std::vector<labelled_print> prints;
};

struct left_out_set {
  std::string name;
  std::size_t people = 0;
  accuracy_report compiled;  ///< the matcher as it is
  accuracy_report fitted;    ///< combination chosen on everybody: what was fitted
  accuracy_report held_out;  ///< thresholds in 1/1000 decades of the stated false match rate
  /// Held-out impostor pairs that the line states to be one in 10, 100, 1000, 10^4 at most.
  std::array<counted_rate, 4> stated{};
};

struct chosen_combination {
  combination by;
  std::size_t times = 0;  ///< pairs of people
};

struct leave_out_report {
  std::vector<left_out_set> sets;
  std::size_t people = 0, tried = 0;       ///< in all sets together; combinations
  combination on_all;                      ///< chosen on everybody
  std::vector<chosen_combination> chosen;  ///< most frequent first
};

/// Criterion: lowest mean over the sets of FNMR at FMR 1e-3; among equals at 1e-2, then 1e-4, then
/// the first of combination_grid(). Independent of `threads`. Progress counts pairs, then
/// combinations. invalid_input names the set in which nothing is left without some two people.
result<leave_out_report> leave_out(std::span<const print_set> sets,
                                   const progress_callback& progress, unsigned threads);

}  // namespace whorl::fingerprint
