// A snapshot of a gallery partition: one read transaction. Made by the partition, used by one
// search.
#pragma once

#include <mutex>
#include <vector>

#include "storage/gallery_tables.hpp"

namespace whorl::storage::gallery {

/// What has been checked since the partition was opened, by number. Shared by its views.
class checked_numbers {
 public:
  bool has(std::uint64_t number) const;
  void add(std::uint64_t number);

 private:
  mutable std::mutex guard_;
  std::vector<bool> checked_;
};

struct checked_rows {
  checked_numbers slabs;
  checked_numbers entries;  ///< by sketch_place
};

/// `applied_before` is the partition's position read before the snapshot was taken: the snapshot
/// holds at least that much.
result<std::unique_ptr<partition_view>> make_view(std::shared_ptr<lmdb::environment> env,
                                                  std::uint64_t applied_before,
                                                  std::shared_ptr<checked_rows> checked);

}  // namespace whorl::storage::gallery
