// From the Type-9 records of a transaction to the prints of a probe (ISO/IEC 19794-2:2005 at 500
// dpi), and from a print to a Type-9 record.
#pragma once

#include <vector>

#include "fingerprint/template.hpp"
#include "messages/ebts/minutiae.hpp"
#include "messages/ebts/transaction.hpp"
#include "messages/result.hpp"
#include "messages/search.hpp"

namespace whorl::actors {

/// Errors: those of ebts::read_type9; invalid_input when no print has limits::minutiae_min minutiae
/// or when there are more than limits::fingers_max prints.
result<std::vector<probe_print>> probe_prints_of(const ebts::transaction& whole);

/// The other way: a print as a Type-9 record of the INCITS 378 block, for whoever makes bookings.
ebts::type9_print to_type9(const fingerprint::print_template& print);

}  // namespace whorl::actors
