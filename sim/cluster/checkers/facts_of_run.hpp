// What a run wrote into its journal, as its checkers read it.
#pragma once

#include <map>
#include <utility>

#include "sim/cluster/checkers/facts_of_journal.hpp"
#include "sim/cluster/world.hpp"

namespace whorl::sim {

inline std::vector<numbered_fact> facts_of(const run_outcome& run, stream_id stream) {
  return facts_of(*run.journal, stream);
}

/// Who was deleted from which gallery, by the fact of its stream that says so.
std::map<std::pair<gallery_kind, subject_id>, std::uint64_t> deletions_of(const run_outcome& run);

/// Of a checker that passes on what the world has compared.
inline std::optional<std::string> first_of(const std::vector<std::string>& found) {
  return found.empty() ? std::nullopt : std::optional(found.front());
}

}  // namespace whorl::sim
