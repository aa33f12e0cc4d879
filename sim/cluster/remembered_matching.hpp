// The stand-in for the matcher: it remembers. A simulation compares the same few prints in every
// run, so that each answer of the matcher is worked out once a process. Answers are the matcher's
// own, and so is every run's trace.
#pragma once

#include "actors/matching.hpp"

namespace whorl::sim {

/// Shared by all runs of this process; it keeps what it has been asked: for a world's few people
/// alone. Not to be asked from several threads.
const actors::matching_ptr& remembered_matching();

/// The same with a memory of its own, for what is compared at the end of a run: an answer of the
/// run's own memory is never compared with itself.
const actors::matching_ptr& remembered_comparing();

}  // namespace whorl::sim
