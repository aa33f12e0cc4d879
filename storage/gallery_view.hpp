// A snapshot of a gallery partition: one read transaction. Made by the partition, used by one
// search.
#pragma once

#include "storage/gallery_tables.hpp"

namespace whorl::storage::gallery {

/// `applied_before` is the partition's position read before the snapshot was taken: the snapshot
/// holds at least that much.
result<std::unique_ptr<partition_view>> make_view(std::shared_ptr<lmdb::environment> env,
                                                  std::uint64_t applied_before);

}  // namespace whorl::storage::gallery
