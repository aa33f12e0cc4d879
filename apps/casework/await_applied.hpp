// For whoever has appended, or asks for what others have: waits until a projection that another
// thread applies to holds it.
#pragma once

#include <chrono>
#include <string>

#include "storage/journal.hpp"
#include "storage/projection.hpp"

namespace whorl::apps {

/// Until everything that its stream holds now is applied. Errors: unavailable, with the words of
/// `otherwise`, when that takes longer than `patience`; those of the journal.
status await_applied(const storage::journal& log, const storage::projection& store,
                     std::chrono::milliseconds patience, const std::string& otherwise);

}  // namespace whorl::apps
