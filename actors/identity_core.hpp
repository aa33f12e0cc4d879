// Which booking a transaction is, and whether its sender may speak for it: what the first record
// alone says, so that it can be told before the work of reading the rest.
#pragma once

#include <string_view>

#include "actors/policy_core.hpp"
#include "messages/bytes.hpp"
#include "messages/ebts/transaction.hpp"
#include "messages/ids.hpp"
#include "messages/result.hpp"

namespace whorl::actors {

/// ORI and TCN of a transaction, or of its first record, and its sender. Errors: invalid_input
/// (names the field), forbidden (role, or an ORI that is not the sender's).
status check_identity(const principal& by, const ebts::transaction& what);

/// The booking that these bytes are or would become. Errors: those of check_identity, and
/// invalid_input where there is no first record.
result<booking_id> identity_of(const principal& by, byte_view transaction);

}  // namespace whorl::actors
