// What every projection of a stream shares: it writes (seq, digest) of the last applied fact in the
// same transaction as the data, so a crash, a replay and a new replica are one code path.
#pragma once

#include <cstdint>
#include <span>

#include "messages/facts.hpp"
#include "messages/result.hpp"
#include "storage/journal.hpp"

namespace whorl::storage {

class projection {
 public:
  virtual ~projection() = default;
  virtual stream_id follows() const = 0;
  /// Position of the last fact that is applied.
  virtual stream_tail applied() const = 0;
  /// Applies facts in order in one transaction. Facts at or below applied().seq are passed over; a
  /// gap is errc::conflict; a fact whose `previous` is not applied().self is errc::corrupt (the
  /// store and the stream have parted: rebuild), as is one whose own digest disagrees with its
  /// content. A fact that belongs in another stream is passed over. On error nothing of the batch
  /// is applied.
  virtual status apply(std::span<const fact_record> facts) = 0;
};

/// Reads the journal from the projection's position to its tail and applies all of it, in batches.
/// corrupt when the journal does not hold the fact the projection stands on.
status catch_up(const journal& log, projection& store);

}  // namespace whorl::storage
