// The tables of a gallery partition and the layout of their rows; shared by the partition's parts.
// Subjects live only in the partition they hash to; merges of the whole gallery are in every
// partition, since a chain of merges crosses partitions and each must come to the same identity.
#pragma once

#include "storage/gallery_partition.hpp"
#include "storage/rows.hpp"

namespace whorl::storage::gallery {

inline constexpr const char* table_names[] = {"meta",       "subjects",   "entries", "enrolled",
                                              "encounters", "identities", "merges",  "merged_into",
                                              "slabs",      "tail",       "unplaced"};
enum : std::size_t {
  meta = 0,
  subjects = 1,     ///< subject -> enrolled seq, number of prints, fact (subject_enrolled)
  entries = 2,      ///< subject -> stored entry, then its CRC-32C, four zeros
  enrolled = 3,     ///< enrolled seq, subject -> 0; bulk loads are not in it
  encounters = 4,   ///< subject, seq -> fact (encounter_added)
  identities = 5,   ///< subject -> identity, only where it differs from the subject
  merges = 6,       ///< merged -> kept, of the whole gallery
  merged_into = 7,  ///< kept, merged -> 0: `merges` the other way round
  slabs = 8,        ///< number -> 256 people's sketches (gallery_slabs.hpp)
  tail = 9,         ///< subject -> sketch row, then its CRC-32C, four zeros: not in a slab yet
  unplaced = 10,    ///< subject -> 0: has a print of unknown position, which has no sketch
};
/// What the facts say, whatever the order in which they came; the others follow from it.
inline constexpr std::span<const char* const> canonical_tables{table_names, merged_into + 1};
inline constexpr std::size_t subject_header_bytes = 16;
inline constexpr std::size_t entry_trailer_bytes = 8;

/// The entry in a row of `entries`; its checksum is compared at its first use and by the
/// scrubber.
inline byte_view entry_in(byte_view value) {
  return value.first(value.size() < entry_trailer_bytes ? 0 : value.size() - entry_trailer_bytes);
}

/// Sums that would take a scan to find; row "counters" of meta.
struct counters {
  std::uint64_t prints = 0, search_bytes = 0;
};
inline constexpr std::string_view counters_key = "counters";
/// Row of meta: which bulk loads the partition holds, a number made of all of them.
inline constexpr std::string_view imports_key = "imports";
/// Row of meta: a record was erased, and its bytes may still stand in freed pages.
inline constexpr std::string_view wipe_owed_key = "wipeowed";

inline result<counters> read_counters(const lmdb::transaction& txn, const lmdb::environment& env) {
  WHORL_ASSIGN(const auto stored, txn.get(env.at(meta), view_of(counters_key)));
  if (!stored) return counters{};
  if (stored->size() != 16)
    return make_error(errc::corrupt, env.folder() + ": damaged counters: rebuild the partition");
  return counters{value_word(*stored, 0), value_word(*stored, 1)};
}

inline status write_counters(lmdb::write_transaction& txn, const lmdb::environment& env,
                             const counters& sums) {
  return txn.put(env.at(meta), view_of(counters_key), make_value({sums.prints, sums.search_bytes}));
}

}  // namespace whorl::storage::gallery
