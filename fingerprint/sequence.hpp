// Sequence errors: prints that lie under another finger's position, and one finger printed twice.
// Works on the evidence of all fingers of one person against all of another; compares nothing
// itself. Used by precise_score(); pure.
//
// A reading says which print of the probe is which finger of the record. The straight one takes the
// positions as they are given. Another one may be chosen after the evidence was seen, so it pays
// for the choice (the union bound): a reading with k moved prints is one of w(k), and loses
// 100 * log10 w(k). There are 31 kinds of reading besides the straight one: 1 to 10 prints moved,
// 1 to 5 pairs of fingers exchanged, the same again with the hands exchanged, and the exchanged
// hands alone; each may have a hundredth of the straight reading's share of false matches, hence
// another 200, and all of them together have at most 31/100 of it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "fingerprint/template.hpp"
#include "messages/limits.hpp"
#include "messages/search.hpp"

namespace whorl::fingerprint {

/// 100 * log10 likelihood ratios, [probe's position - 1][record's position - 1]. 0: not compared.
struct evidence_matrix {
  std::array<std::array<std::int32_t, limits::fingers_max>, limits::fingers_max> cell{};
  /// Positions that both have: these straight pairs count, also where they speak against.
  std::array<bool, limits::fingers_max> straight{};
};

/// True where comparing the other fingers crosswise may tell something: a finger matches as it
/// stands, so that this is a likely mate. Few strangers get so far.
bool worth_crossing(const evidence_matrix& evidence);

struct person_reading {
  std::int32_t evidence = 0;  ///< the sum over its pairs, less its price
  /// One a print of the probe at most: where it was moved or repeats a finger counted already.
  std::vector<sequence_note> notes;
};

/// The positions as given. A finger that stands twice on both sides counts once.
person_reading read_straight(const evidence_matrix& evidence);

/// The best reading found in which at least one print is moved; evidence 0 where none speaks for
/// the mate. A search by steps, which may miss the very best: never a false match, only a lost one.
person_reading read_moved(const evidence_matrix& evidence);

/// What a reading pays, in 1/100 decades. `moved`: (probe, record) positions, each side once.
struct moved_pair {
  std::uint8_t probe = 0, record = 0;
};
std::int32_t reading_price(std::span<const moved_pair> moved);

/// The other hand's same finger: 1 and 6, ..., 5 and 10; 0 stays 0.
std::uint8_t other_hand(std::uint8_t position);

/// The probe under the hypothesis that the hands were exchanged.
std::vector<print_template> hands_exchanged(std::span<const print_template> prints);

}  // namespace whorl::fingerprint
