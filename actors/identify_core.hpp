// What comes out of a search that is no booking's. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "messages/search.hpp"

namespace whorl::actors {

struct identified {
  std::vector<scored_candidate> candidates;  ///< a record once, by its better reading; best first
  std::uint64_t people = 0;                  ///< searched
};

/// Of the core's scores. Ties by subject id.
identified ranked(const std::vector<scored_candidate>& scored,
                  const std::vector<coverage_entry>& coverage);

}  // namespace whorl::actors
