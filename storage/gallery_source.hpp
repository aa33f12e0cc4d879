// Where a partition's copy begins; for gallery_partition.cpp.
#pragma once

#include <memory>

#include "storage/gallery_tables.hpp"
#include "storage/partition_copy.hpp"

namespace whorl::storage::gallery {

/// The tables as they stand now.
result<std::unique_ptr<partition_source>> make_source(std::shared_ptr<lmdb::environment> env);

}  // namespace whorl::storage::gallery
