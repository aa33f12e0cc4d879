// The tables of a gallery partition and the layout of their rows; shared by the partition's parts.
// Subjects live only in the partition they hash to; merges of the whole gallery are in every
// partition, since a chain of merges crosses partitions and each must come to the same identity.
#pragma once

#include "storage/gallery_partition.hpp"
#include "storage/rows.hpp"

namespace whorl::storage::gallery {

inline constexpr const char* table_names[] = {"meta",       "subjects",   "entries", "enrolled",
                                              "encounters", "identities", "merges",  "merged_into"};
enum : std::size_t {
  meta = 0,
  subjects = 1,     ///< subject -> enrolled seq, number of prints, fact (subject_enrolled)
  entries = 2,      ///< subject -> search entry, read in place
  enrolled = 3,     ///< enrolled seq, subject -> 0; bulk loads are not in it
  encounters = 4,   ///< subject, seq -> fact (encounter_added)
  identities = 5,   ///< subject -> identity, only where it differs from the subject
  merges = 6,       ///< merged -> kept, of the whole gallery
  merged_into = 7,  ///< kept, merged -> 0: `merges` the other way round
};
inline constexpr std::size_t subject_header_bytes = 16;

/// Sums that would take a scan to find; row "counters" of meta.
struct counters {
  std::uint64_t prints = 0, search_bytes = 0;
};
inline constexpr std::string_view counters_key = "counters";

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
