// What a person's record becomes when it enters a partition: the row that is kept, and what a
// search reads: sketches and search entry.
#pragma once

#include "storage/gallery_tables.hpp"

namespace whorl::storage::gallery {

/// What a search reads of a person.
struct searchable {
  bytes entry;     ///< fingerprint/stored_entry.hpp; empty: kept but not searchable
  bytes sketches;  ///< a row of fingerprint/slab.hpp
};

/// A record about to be written.
struct prepared_record {
  subject_enrolled what;
  std::uint64_t enrolled_seq = 0;  ///< 0: bulk import
  std::uint64_t prints = 0;
  searchable search;
};

/// Of a record's prints; a view's finger position stands in where the ISO record
/// says unknown. Errors: invalid_input (no usable print, bad ISO record), with the subject named.
result<searchable> searchable_of(const subject_record& record);

/// Writes everything but links. False (nothing written) when the subject is here already.
result<bool> insert_record(lmdb::write_transaction& txn, const lmdb::environment& env,
                           const prepared_record& record);
/// Removes row, entry and encounters at once. False when the subject is not here.
result<bool> erase_record(lmdb::write_transaction& txn, const lmdb::environment& env,
                          subject_id subject);
/// Checksum and structure of one row of `entries`, which is expanded without checks. Errors:
/// corrupt names the record and `folder`.
status check_entry(const std::string& folder, subject_id subject, byte_view value);

}  // namespace whorl::storage::gallery
