// How far a store has been looked through for what is to be destroyed, so that a run costs what has
// become due since the last one, not what there is. Kept beside the store's folders, in no backup:
// whoever has none looks at everything once.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "storage/store.hpp"

namespace whorl::apps {

struct purge_marks {
  /// Of stream bookings: what these answers spend is gone.
  std::uint64_t answered = 0;
  /// Of stream bookings: what was answered up to here was looked at when its time had come. Those
  /// that had to stay then are `kept`, and looked at by each run.
  std::uint64_t timed = 0;
  std::set<booking_id> kept;
  /// Of the galleries' streams: what these facts delete is destroyed.
  std::map<gallery_kind, std::uint64_t> galleries;
  friend bool operator==(const purge_marks&, const purge_marks&) = default;
};

std::string to_text(const purge_marks& marks);
/// Errors: invalid_input for what to_text() does not write.
result<purge_marks> parse_purge_marks(std::string_view text);

/// Those of the store; from the beginning where there are none, where they cannot be read, or where
/// they are ahead of the journal (of another one). Errors: of the journal.
result<purge_marks> load_purge_marks(const storage::store& store);
status save_purge_marks(const storage::store& store, const purge_marks& marks);

}  // namespace whorl::apps
