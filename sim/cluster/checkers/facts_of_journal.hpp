// What stands in a journal, as checkers read it.
#pragma once

#include <vector>

#include "messages/wire.hpp"
#include "storage/journal.hpp"

namespace whorl::sim {

struct numbered_fact {
  std::uint64_t seq = 0;
  fact what;
};

/// Every fact of a stream, in order. What cannot be read or decoded is left out: other checkers
/// look at the chain.
std::vector<numbered_fact> facts_of(const storage::journal& log, stream_id stream);

/// Those of one kind.
template <class T>
std::vector<T> only(const std::vector<numbered_fact>& facts) {
  std::vector<T> found;
  for (const numbered_fact& f : facts)
    if (const T* t = std::get_if<T>(&f.what)) found.push_back(*t);
  return found;
}

inline bool is_final(const booking_answered& a) { return a.decision != answer_decision::review; }

}  // namespace whorl::sim
