// From the Type-9 records of a transaction to the prints of a probe: ISO/IEC 19794-2:2005 at 500
// dpi.
#pragma once

#include <vector>

#include "messages/ebts/transaction.hpp"
#include "messages/result.hpp"
#include "messages/search.hpp"

namespace whorl::actors {

/// Errors: those of ebts::read_type9; invalid_input when no print has limits::minutiae_min minutiae
/// or when there are more than limits::fingers_max prints.
result<std::vector<probe_print>> probe_prints_of(const ebts::transaction& whole);

}  // namespace whorl::actors
