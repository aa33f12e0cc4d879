// Bookings whose acceptance was handed to the journal, and of which the gateway heard no more. A
// journal that answers late, or `unavailable`, may hold the fact all the same or take it minutes
// later; then the booking is accepted, and somebody has to search for it. So it is asked for until
// it is there, or its deadline has passed. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "messages/error.hpp"
#include "messages/ids.hpp"
#include "messages/limits.hpp"

namespace whorl::actors {

/// Whether an append that ended so may still be carried out: of other errors it is known that
/// nothing was written.
bool may_land_later(errc code);

class doubt_book {
 public:
  /// Between two questions for one: a quarter of its age, within these.
  static constexpr std::int64_t ask_min_ms = 1'000, ask_max_ms = 600'000;

  void add(booking_id booking, instant now, instant deadline);
  bool contains(booking_id booking) const { return all_.contains(booking); }
  void settle(booking_id booking) { all_.erase(booking); }
  /// bookings_in_doubt_max: who hands in is refused before anything is written.
  bool full() const { return all_.size() >= limits::bookings_in_doubt_max; }
  std::size_t size() const { return all_.size(); }
  /// Those to be asked for now, `most` at most, longest due first; forgets those whose deadline has
  /// passed.
  std::vector<booking_id> due(instant now, std::size_t most);

 private:
  struct doubt {
    instant since, next, deadline;
  };
  std::map<booking_id, doubt> all_;
};

}  // namespace whorl::actors
