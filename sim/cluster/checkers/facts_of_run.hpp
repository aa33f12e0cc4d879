// What a run wrote into its journal, as its checkers read it.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "messages/wire.hpp"
#include "sim/cluster/world.hpp"

namespace whorl::sim {

struct numbered_fact {
  std::uint64_t seq = 0;
  fact what;
};

/// Every fact of a stream, in order.
std::vector<numbered_fact> facts_of(const storage::journal& log, stream_id stream);
inline std::vector<numbered_fact> facts_of(const run_outcome& run, stream_id stream) {
  return facts_of(*run.journal, stream);
}

/// Those of one kind.
template <class T>
std::vector<T> only(const std::vector<numbered_fact>& facts) {
  std::vector<T> found;
  for (const numbered_fact& f : facts)
    if (const T* t = std::get_if<T>(&f.what)) found.push_back(*t);
  return found;
}

/// Who was deleted from which gallery, by the fact of its stream that says so.
std::map<std::pair<gallery_kind, subject_id>, std::uint64_t> deletions_of(const run_outcome& run);

/// Of a checker that passes on what the world has compared.
inline std::optional<std::string> first_of(const std::vector<std::string>& found) {
  return found.empty() ? std::nullopt : std::optional(found.front());
}

inline bool is_final(const booking_answered& a) { return a.decision != answer_decision::review; }

}  // namespace whorl::sim
