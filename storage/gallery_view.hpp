// A snapshot of a gallery partition: one read transaction. Made by the partition, used by one
// search.
#pragma once

#include <mutex>
#include <vector>

#include "storage/gallery_tables.hpp"

namespace whorl::storage::gallery {

/// Whose search entries have been checked since the partition was opened. Shared by its views.
class checked_places {
 public:
  bool has(sketch_place place) const;
  void add(sketch_place place);

 private:
  mutable std::mutex guard_;
  std::vector<bool> checked_;
};

/// `applied_before` is the partition's position read before the snapshot was taken: the snapshot
/// holds at least that much.
result<std::unique_ptr<partition_view>> make_view(std::shared_ptr<lmdb::environment> env,
                                                  std::uint64_t applied_before,
                                                  std::shared_ptr<checked_places> checked);

}  // namespace whorl::storage::gallery
