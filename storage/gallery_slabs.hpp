// The sketches of a partition's people: what the scan of everybody reads. A newcomer's row stands
// in `tail`; as soon as that holds fingerprint::slab_people of them they become a slab. Slabs are
// numbered in the order in which they were sealed, a number is never used twice, and a person
// keeps its place: only erasing changes a slab. Sketches follow from the search entries
// (verify_sketches), but not the order in which people stand, which is that of their arrival.
//
// A value of `slabs`: 256 subject ids LE64 (0: erased), the slab (fingerprint/slab.hpp), CRC-32C of
// both LE32, four zeros.
#pragma once

#include <vector>

#include "fingerprint/slab.hpp"
#include "storage/gallery_records.hpp"

namespace whorl::storage::gallery {

inline constexpr std::size_t slab_value_bytes =
    fingerprint::slab_people * 8 + fingerprint::full_slab_bytes + 8;
inline constexpr std::size_t tail_value_bytes = fingerprint::sketch_row_bytes + 8;

/// For a record whose search entry was just written. Nobody's id is 0.
status add_sketch(lmdb::write_transaction& txn, const lmdb::environment& env, subject_id subject,
                  const searchable& search);
/// Of a record that has a search entry. Reads the subjects of all slabs where it is not in the
/// tail.
status erase_sketch(lmdb::write_transaction& txn, const lmdb::environment& env, subject_id subject);

/// A row of `slabs`, or of `tail`, of the right size. Errors: corrupt.
result<slab_view> slab_in(const lmdb::environment& env, const lmdb::row& row);
result<byte_view> sketch_in(const lmdb::environment& env, const lmdb::row& row);

/// Checksum and structure of what a scan reads without checks: of a slab, at its first use. Errors:
/// corrupt names the slab.
status check_slab_row(const lmdb::environment& env, const lmdb::row& row);
/// The same of a row of the tail. Errors: corrupt names the record.
status check_tail_row(const lmdb::environment& env, const lmdb::row& row);
/// On load: the tail is whole, and slabs and tail hold as many people as there are search entries.
/// Errors: corrupt names the slab or the record.
status check_all_there(const lmdb::environment& env);
/// The same, and every slab's checksum.
status check_sketches(const lmdb::environment& env);

/// That everyone's sketches are those of the search entry, each exactly once: what is not, at most
/// `most` of it, is added to `wrong`.
status verify_sketches(const lmdb::environment& env, std::size_t most, std::vector<error>& wrong);

}  // namespace whorl::storage::gallery
