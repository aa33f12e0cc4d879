// What a person's record becomes when it enters a partition: the row that is kept and the search
// entry that is read in place.
#pragma once

#include "storage/gallery_tables.hpp"

namespace whorl::storage::gallery {

/// A record about to be written.
struct prepared_record {
  subject_enrolled what;
  std::uint64_t enrolled_seq = 0;  ///< 0: bulk import
  std::uint64_t prints = 0;
  bytes entry;  ///< empty: kept but not searchable
};

/// The search entry of a record's prints; a view's finger position stands in where the ISO record
/// says unknown. Errors: invalid_input (no usable print, bad ISO record), with the subject named.
result<bytes> search_entry_of(const subject_record& record);

/// Writes everything but links. False (nothing written) when the subject is here already.
result<bool> insert_record(lmdb::write_transaction& txn, const lmdb::environment& env,
                           const prepared_record& record);
/// Removes row, entry and encounters at once. False when the subject is not here.
result<bool> erase_record(lmdb::write_transaction& txn, const lmdb::environment& env,
                          subject_id subject);
/// Checksum and structure of one row of `entries`, which the matcher reads without checks. Errors:
/// corrupt names the record and `folder`.
status check_entry(const std::string& folder, subject_id subject, byte_view value);

}  // namespace whorl::storage::gallery
