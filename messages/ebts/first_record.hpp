// The first record (Type-1) of a transaction, without what follows it: who sends which, for work
// that does not grow with the prints.
#pragma once

#include "messages/bytes.hpp"
#include "messages/ebts/transaction.hpp"
#include "messages/result.hpp"

namespace whorl::ebts {

/// A transaction of one record. Errors as read_transaction's, of that record; a longer file's
/// faults are not seen.
result<transaction> read_first_record(byte_view bytes);

}  // namespace whorl::ebts
