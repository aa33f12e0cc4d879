// What a probe is while it is searched: a search entry of its own, so that both sides have one
// form. Internal to the matcher; others hold it through prepared_probe_ptr.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "fingerprint/matcher.hpp"
#include "fingerprint/search_entry.hpp"
#include "fingerprint/stored_entry.hpp"

namespace whorl::fingerprint {

class prepared_probe {
 public:
  /// `exchanged`: the entry's prints stand under the other hand's positions, as a hypothesis.
  explicit prepared_probe(const bytes& entry, bool exchanged = false);
  prepared_probe(const prepared_probe&) = delete;
  prepared_probe& operator=(const prepared_probe&) = delete;

  /// The finger at position 0 (unknown) to 10.
  const finger_view& finger(std::size_t position) const { return fingers_[position]; }
  /// As build_search_entry made it.
  byte_view entry() const {
    return {reinterpret_cast<const std::byte*>(storage_.data()), storage_.size() * 8};
  }
  bool exchanged() const { return exchanged_; }

 private:
  std::vector<std::uint64_t> storage_;  // 8-byte aligned
  std::array<finger_view, entry_positions> fingers_;
  bool exchanged_ = false;
};

/// Which finger meets which. A finger of known position meets the same position. A print of unknown
/// position meets every finger of the other side that has no counterpart, and the best of these
/// counts, under the known position of the two (two unknown prints: under position 1).
struct finger_meeting {
  std::uint8_t probe = 0, entry = 0;  ///< positions, 0 to 10
  std::uint8_t reported = 1;          ///< position under which the score stands, 1 to 10
  bool one_of_several = false;        ///< of these only the best counts
};

struct finger_meetings {
  unsigned count = 0;
  std::array<finger_meeting, 32> list;  ///< 10 + at most 11 for each side's unknown print
};

finger_meetings meetings(const prepared_probe& probe, byte_view entry);

/// The positions of an entry that any meeting with this probe can name.
finger_set positions_met(const prepared_probe& probe);

}  // namespace whorl::fingerprint
