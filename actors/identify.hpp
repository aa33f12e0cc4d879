// A search for whoever asks with prints that are no booking's (apps/osia): query_core decides as it
// does for a booking, but where it would write an answer the search ends and its scores are
// returned.
#pragma once

#include <caf/all.hpp>

#include "actors/identify_core.hpp"
#include "actors/query_core.hpp"
#include "storage/journal.hpp"

namespace whorl::actors {

/// Blocks. `node` answers round1 and round2. Errors: those of the prints (invalid_input),
/// unavailable when partitions do not answer however often they are asked.
result<identified> search_for(caf::scoped_actor& self, const storage::journal& log,
                              const caf::actor& node, query_subject what,
                              const query_settings& settings);

}  // namespace whorl::actors
