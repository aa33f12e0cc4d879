// Writes the traditional encoding. LEN and CNT are remade where they do not agree with the records
// and kept as spelled where they do, so a transaction that was read and not changed comes back byte
// for byte, and one that was built or changed is consistent. The caller owns the bytes.
#pragma once

#include "messages/bytes.hpp"
#include "messages/ebts/transaction.hpp"

namespace whorl::ebts {

/// Precondition (INVARIANT): no item holds FS, GS, RS or US. The reader and the builders see to it.
/// The first record is Type-1. Cannot fail otherwise; linear in size.
bytes write_transaction(const transaction& whole);

}  // namespace whorl::ebts
