// Bookings, cases and rows of the audit as JSON: the same from the command line and over HTTP. What
// a reader may not know is left out before (answers.hpp).
#pragma once

#include "actors/casework/lifecycle.hpp"
#include "apps/answers.hpp"
#include "apps/cli.hpp"
#include "storage/ledgers.hpp"

namespace whorl::apps {

json booking_document(const shown_booking& b);
/// How far a booking is, with nothing of the person: for whoever may see that it exists.
json booking_state(const storage::booking_row& row, bool booking_side);
/// A case as it stands: state, level, what is known, held and waited for.
json case_view_document(const casework::case_view& view);
json offence_document(const offence& what);
json case_line(const storage::case_row& row);
json case_document(const storage::case_row& row, const shown_booking& booking);
json audit_document(const audit_row& row);

}  // namespace whorl::apps
