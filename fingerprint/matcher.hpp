// The search's two stages over one person's prints, and the score of two fingers.
//
// A person's prints become one `search entry`, a flat block of bytes (search_entry.hpp) that holds
// for each finger the chosen minutiae with their binary cylinders. A probe is prepared once per
// search; a gallery keeps what entries are made of (stored_entry.hpp).
// All scores are integers and a pure function of the two templates: equal on every node and build.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "fingerprint/template.hpp"
#include "messages/bytes.hpp"
#include "messages/limits.hpp"
#include "messages/result.hpp"
#include "messages/search.hpp"

namespace whorl::fingerprint {

/// A probe ready to be compared: immutable, shared by every partition that searches it.
class prepared_probe;
using prepared_probe_ptr = std::shared_ptr<const prepared_probe>;

/// Prepares up to ten prints (finger positions 1..10, 0 = unknown; a repeated position keeps the
/// one of best quality). Prints with fewer than limits::minutiae_min minutiae count as missing.
/// Error invalid_input when no print is left. `exchanged`: prepared as hands_exchanged() of them,
/// to be searched as that hypothesis: what is found so is only ever person_score::reordered.
result<prepared_probe_ptr> prepare_probe(std::span<const print_template> prints,
                                         bool exchanged = false);

/// The same preparation for a gallery person, flattened. Same rules and errors.
result<bytes> build_search_entry(std::span<const print_template> prints);

/// Stage one: cheap, over all fingers that meet. 0 = nothing alike.
/// Of one pair; a scan of many makes a coarse_scan (coarse.hpp).
std::uint32_t coarse_score(const prepared_probe& probe, byte_view entry);

struct person_score {
  std::uint32_t fused = 0;  ///< positions as given; see decision.hpp for its scale
  /// Index = finger position - 1 (of the record, where the hands were exchanged).
  std::array<std::uint16_t, limits::fingers_max> finger_scores{};
  std::uint8_t fingers_compared = 0;  ///< present on both sides
  /// The same scale, of the best other reading of the positions, after its price; 0 = none that
  /// says more than `fused`.
  std::uint32_t reordered = 0;
  std::vector<sequence_note> sequence;  ///< at most one a print of the probe; see sequence.hpp
  friend bool operator==(const person_score&, const person_score&) = default;
};

/// Stage two: every finger present on both sides, precisely; fused over fingers. Where one of them
/// matches (sequence.hpp: worth_crossing) the others are compared crosswise too: at most 100
/// comparisons a person in all, beside those of prints of unknown position.
person_score precise_score(const prepared_probe& probe, byte_view entry);

/// One finger against one finger, symmetric: match_fingers(a, b) == match_fingers(b, a). Ignores
/// finger positions. Either side may have any number of minutiae, 0 included (score 0). Work is
/// bounded.
std::uint32_t match_fingers(const print_template& a, const print_template& b);

}  // namespace whorl::fingerprint
