// One partition of one gallery: the enrolled people whose id hashes here, in an LMDB environment of
// its own. What a search reads, slabs of sketches in place and stored entries, is plain; names and
// prints are sealed under the subject's key. A projection of the gallery's stream; bulk loads write
// it directly.
#pragma once

#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fingerprint/slab.hpp"
#include "messages/facts.hpp"
#include "messages/replication.hpp"
#include "storage/keyring.hpp"
#include "storage/partition_copy.hpp"
#include "storage/projection.hpp"

namespace whorl::storage {

struct encounter_row {
  booking_id booking;
  instant at;
  std::string ori;
  sealed_payload who;
};

struct subject_row {
  subject_id subject;
  subject_id identity;  ///< itself, or the identity it was merged into
  booking_id origin;
  std::uint64_t enrolled_seq = 0;  ///< 0: bulk import
  instant enrolled_at;
  sealed_payload record;  ///< subject_record
  std::vector<encounter_row> encounters;
};

struct partition_stats {
  std::uint64_t people = 0;  ///< records kept, searchable or not
  std::uint64_t prints = 0, encounters = 0;
  std::uint64_t merged = 0;        ///< records here that answer as another identity
  std::uint64_t search_bytes = 0;  ///< of search entries
  std::uint64_t sketch_bytes = 0;  ///< of slabs and what is not in one yet: what a search scans
  std::uint64_t file_bytes = 0;
};

/// Where a person's sketches stand: slab * slab_people + index. Never another's, even when erased.
using sketch_place = std::uint64_t;
inline constexpr sketch_place no_place = ~sketch_place{0};  ///< in no slab yet

/// The sketches of fingerprint::slab_people people, in order of arrival, read in place.
struct slab_view {
  std::uint64_t number = 0;
  byte_view subjects;
  byte_view slab;  ///< fingerprint/slab.hpp
  /// Of the person at this index; subject_id{}: erased.
  subject_id subject(std::size_t index) const {
    subject_id out;
    std::memcpy(&out.value, subjects.data() + index * sizeof out.value, sizeof out.value);
    return out;
  }
};

/// A consistent view (one read transaction). What it hands out stays valid while it lives; keep it
/// short. "Entry": fingerprint/stored_entry.hpp, checked.
class partition_view {
 public:
  virtual ~partition_view() = default;
  virtual std::uint64_t applied_seq() const = 0;
  /// Records that a search reads: those with a search entry.
  virtual std::uint64_t people() const = 0;
  /// Calls back for every record enrolled after fact `after_seq` (0: all), in no order to rely on,
  /// with its entry. Return false from the callback to stop.
  using visitor = std::function<bool(subject_id subject, byte_view entry)>;
  virtual status visit(std::uint64_t after_seq, const visitor& visit) const = 0;
  /// The sealed slabs from number `from` on, in order; then who is in none yet, row by row.
  using slab_visitor = std::function<bool(const slab_view& slab)>;
  virtual status visit_slabs(std::uint64_t from, const slab_visitor& visit) const = 0;
  /// One of them, or nothing when it is not there.
  virtual result<std::optional<slab_view>> slab(std::uint64_t number) const = 0;
  using row_visitor = std::function<bool(subject_id subject, byte_view row)>;
  virtual status visit_tail(const row_visitor& visit) const = 0;
  /// Those with a print of unknown position, which is in no sketch: as `visit`.
  virtual status visit_unplaced(const visitor& visit) const = 0;
  /// The entry of one record, or nothing when it is not here (any more); `place` is where its
  /// sketches stand, if known: an entry is checked once for each. Errors: corrupt names it.
  virtual result<std::optional<byte_view>> entry(subject_id subject,
                                                 sketch_place place = no_place) const = 0;
  /// This record's entry will be read soon.
  virtual status announce(subject_id subject) const = 0;
  /// Itself, or the identity it was merged into.
  virtual result<subject_id> identity_of(subject_id subject) const = 0;
  /// Every record kept, searchable or not, in order of its id, with how many prints it has.
  using record_visitor = std::function<bool(subject_id subject, std::uint64_t prints)>;
  virtual status visit_records(const record_visitor& visit) const = 0;
  /// It and every record of the gallery, in whatever partition, that is merged into it.
  virtual result<std::vector<subject_id>> answering_as(subject_id kept) const = 0;
  /// Errors: not_found.
  virtual result<subject_row> subject(subject_id subject) const = 0;
  /// SHA-256 over ordered canonical keys and values (promise 7).
  virtual result<digest> content_digest() const = 0;
  virtual partition_stats stats() const = 0;
  /// Reads and checks about so many bytes of rows, wherever they belong, and says what they are
  /// (gallery_stretch.hpp). Errors: corrupt names the row.
  virtual result<row_stretch> check_stretch(const row_place& after,
                                            std::size_t bytes_max) const = 0;
  /// Whether another replica's stretch, of the same facts, has the same rows here.
  virtual result<bool> holds_stretch(const row_stretch& theirs, std::size_t bytes_max) const = 0;
};

/// What the gallery's facts do here: a subject enrolled twice keeps its first record; one whose key
/// was destroyed is passed over; one without a usable print is kept but not searchable. Merges are
/// kept by every partition of the gallery and followed to the final identity (gallery_links.hpp). A
/// batch that concerns nobody here moves applied() without a disk write (projection_base.hpp says
/// why it may).
class gallery_partition : public projection {
 public:
  virtual partition_id id() const = 0;
  virtual result<std::unique_ptr<partition_view>> view() const = 0;
  /// Bulk load of people that hash here, in one transaction a call; not journaled. Errors: a
  /// subject that exists already is errc::conflict, one that hashes elsewhere or has no usable
  /// print is errc::invalid_input, one whose key was destroyed errc::purged; nothing of the call is
  /// written.
  virtual status import(std::span<const subject_record> people, instant at) = 0;
  /// A copy of the partition as it stands now, for another node.
  virtual result<std::unique_ptr<partition_source>> copy() const = 0;
  /// Made of every bulk load so far (0: none): partitions that hold the same loads have the same.
  virtual result<std::uint64_t> imports() const = 0;
  /// That no byte of who was erased stands in the file any more. Errors: those of the disk;
  /// unavailable while a view of before lives.
  virtual status finish_erasing() = 0;
};

struct partition_options {
  std::uint64_t map_bytes = 256ull << 30;  ///< sparse reservation, never grown under readers
  bool durable = true;                     ///< false: no fsync (simulation and tests only)
};

/// Opening compares how many people there are in the tables; slabs and entries are checked at their
/// first use.
/// `keys` must outlive the partition. Errors: corrupt names slab or record; conflict when the
/// folder holds another partition.
result<std::unique_ptr<gallery_partition>> open_gallery_partition(
    const std::string& folder, partition_id id, std::uint32_t partition_count, keyring& keys,
    const partition_options& options = {});

}  // namespace whorl::storage
