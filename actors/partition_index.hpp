// The indexes of one partition: for every 65,536 people in sealed slabs one fingerprint::
// sketch_index, made in the background from what a search scans anyway. Never stored: a person that
// is erased leaves the slab, scores nothing there and is not found, whatever an index says.
#pragma once

#include <memory>
#include <vector>

#include "actors/sketch_pool.hpp"
#include "fingerprint/sketch_index.hpp"
#include "messages/result.hpp"
#include "storage/gallery_partition.hpp"

namespace whorl::actors {

struct index_segment {
  std::vector<std::uint64_t> slabs;  ///< their numbers, in order
  fingerprint::sketch_index index;
};
using index_segment_ptr = std::shared_ptr<const index_segment>;
using index_segments = std::vector<index_segment_ptr>;  ///< one after the other

/// How much of a partition its indexes cover.
struct index_size {
  std::uint64_t segments = 0, people = 0;
};
index_size size_of(const index_segments& segments);

/// A partition that lives as long as an actor reads it.
using partition_ptr = std::shared_ptr<const storage::gallery_partition>;
/// Of one whose owner outlives the actors.
inline partition_ptr borrowed(const storage::gallery_partition& partition) {
  return {std::shared_ptr<void>(), &partition};
}

/// What an indexer is asked: build_segment's arguments.
struct index_request {
  partition_ptr partition;
  std::uint64_t from = 0;
};

/// The first slab that none of them knows.
std::uint64_t slab_after(const index_segments& segments);

/// Of `count` slabs from number `from` on; nothing while there are fewer. A whole one takes about a
/// second. Errors: the partition's.
result<index_segment_ptr> build_segment(const storage::gallery_partition& partition,
                                        std::uint64_t from,
                                        std::size_t count = fingerprint::index_slabs_max);

/// Whom the segment's index proposes is scored by all sketches and offered to the pool. Errors: the
/// view's.
status propose(const storage::partition_view& view, const index_segment& segment,
               std::span<const fingerprint::positioned_sketch> sketches,
               const fingerprint::index_probe& probe, fingerprint::vote_scratch& scratch,
               sketch_pool& pool);

}  // namespace whorl::actors
