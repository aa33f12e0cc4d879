// Identification of people by several fingers: what the decision says of the right person and of
// strangers. The production code scores and decides (precise_score, decide, hands exchanged
// included); stage one is left out, everybody is compared precisely.
//
// A person's fingers, those that stand in all sources where the person does, are taken in their
// order in groups of N, each group a person by itself; its n-th finger has position n. Gallery: the
// group's lowest impression in a source. Probes: each further impression of that source, and,
// across, each impression of another source. Strangers: the galleries of all other people, of all
// sources.
#pragma once

#include <vector>

#include "fingerprint/accuracy.hpp"

namespace whorl::fingerprint {

/// At the thresholds of a gallery of so many people.
struct ten_print_at {
  std::uint64_t gallery = 0;
  counted_rate not_hit, not_review;            ///< of the probes: their own person was not found
  counted_rate false_hit, false_review;        ///< of the probes: any stranger was found
  counted_rate stranger_hit, stranger_review;  ///< of the comparisons with strangers
};

struct ten_print_row {
  unsigned fingers = 0;  ///< N
  unsigned fewest = 0;   ///< fingers of the smallest group; below N only where N is all
  bool across = false;   ///< probe and gallery of different sources
  std::size_t people = 0, groups = 0;
  std::uint32_t lowest_own = 0, highest_stranger = 0;  ///< fused, positions as given
  std::vector<ten_print_at> at;
};

inline constexpr std::array<unsigned, 4> ten_print_sizes = {1, 2, 4, 10};

/// labelled_print::person, finger, impression and source say which is which; equal fingers have
/// equal names in all sources. Groups of ten take all fingers (at most ten) of whoever has five or
/// more; smaller groups only whole ones. Rows without probes are left out. `galleries`: people, at
/// least 1 each. Progress counts rows of work. Independent of `threads`.
std::vector<ten_print_row> identify_people(std::span<const labelled_print> prints,
                                           std::span<const std::uint64_t> galleries,
                                           const progress_callback& progress, unsigned threads);

}  // namespace whorl::fingerprint
