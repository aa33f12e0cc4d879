// Rows of a partition, read a bounded amount at a time, to find damage before a search meets it:
// what has a checksum is compared with it, and of all of them a digest is made that another replica
// of the same facts can compare with its own. Every table but meta, in order of tables and keys.
//
// The digest: SHA-256(for each row: table, key size, value size u64 LE | key | CRC-32C u64 LE). The
// last is the row's own where it has one (entries, slabs, tail), so that whoever compares need not
// read these values; else it is of the value.
#pragma once

#include "messages/replication.hpp"
#include "storage/gallery_tables.hpp"

namespace whorl::storage::gallery {

/// What a row's own checksum and structure say, where it has one. Errors: corrupt names the row.
status check_row(const lmdb::environment& env, std::size_t table, const lmdb::row& row);

/// The rows behind `after`, one at least where there is one, and no more once `bytes_max` is
/// reached; each checked. It ends at {tables, {}} behind the last row; from there it begins anew.
result<row_stretch> read_stretch(const lmdb::transaction& txn, const lmdb::environment& env,
                                 const row_place& after, std::size_t bytes_max);

/// Whether the same stretch has the same rows here. Reads twice `bytes_max` at most: more is not
/// the same.
result<bool> has_stretch(const lmdb::transaction& txn, const lmdb::environment& env,
                         const row_stretch& theirs, std::size_t bytes_max);

}  // namespace whorl::storage::gallery
