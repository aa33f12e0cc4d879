// Bookings and their answers: the projection of stream "bookings".
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/projection.hpp"

namespace whorl::storage {

struct booking_row {
  booking_accepted accepted;
  std::optional<booking_answered> criminal;     ///< final, or a review that waits for an examiner
  std::optional<booking_answered> immigration;  ///< likewise; absent for ever when inactive
};

/// True when nothing more will be said: a final criminal answer and, unless the mode is inactive or
/// the criminal answer failed at the deadline with no immigration answer there, a final immigration
/// one. An immigration review keeps a booking open, whatever became of the criminal search.
bool is_closed(const booking_row& row);
/// A `review` waits for a person; everything else stored is final.
inline bool is_final(const std::optional<booking_answered>& answer) {
  return answer && answer->decision != answer_decision::review;
}

/// Which bookings a listing is of.
struct booking_range {
  std::string owner;                 ///< an ORI, or a state's two letters; empty: all
  std::optional<booking_id> before;  ///< older than this one
};

/// A booking is taken once: a second booking_accepted with its id changes nothing. A final answer
/// is never replaced, a review by any answer; an immigration answer to an inactive booking and an
/// answer to an unknown one are passed over.
class booking_store : public projection {
 public:
  stream_id follows() const override { return stream_id::bookings; }
  /// Errors: not_found.
  virtual result<booking_row> get(booking_id booking) const = 0;
  virtual result<booking_id> find(std::string_view ori, std::string_view tcn) const = 0;
  /// Bookings that are not closed, by acceptance order.
  virtual result<std::vector<booking_id>> open_bookings() const = 0;
  /// Newest first, at most `limit`. Errors: not_found (range.before).
  virtual result<std::vector<booking_row>> list(std::size_t limit,
                                                const booking_range& of = {}) const = 0;
  virtual std::uint64_t count() const = 0;
};

result<std::unique_ptr<booking_store>> open_booking_store(const std::string& folder,
                                                          bool durable = true);

}  // namespace whorl::storage
