// What a node of a cluster keeps on disk: replicas of partitions, and nothing else. All of it can
// be had again from the exchange, so damage is answered by dropping a replica.
//
//   FORMAT     "whorl-replicas <version>", then "partitions <n>"
//   lock       flock()ed by the owner
//   replicas/criminal/000/ ...     whole ones, as gallery/ of a store
//   incoming/criminal-003/ ...     being copied; removed at the next start
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/gallery_partition.hpp"
#include "storage/partition_copy.hpp"

namespace whorl::storage {

inline constexpr int replica_format_version = 1;

/// Dropping overwrites a replica's file before it is removed: it holds prints of people.
class replica_folder {
 public:
  /// Makes the folder when absent; removes copies that were not finished. Errors: conflict when it
  /// holds a store, or replicas of a cluster with another partition count; wrong_version;
  /// unavailable when another process has it.
  static result<std::unique_ptr<replica_folder>> open(const std::string& folder,
                                                      std::uint32_t partition_count,
                                                      const partition_options& options = {});
  /// Whole replicas, in order.
  std::vector<partition_id> held() const;
  /// Errors: those of open_gallery_partition. `keys` must outlive it.
  result<std::unique_ptr<gallery_partition>> open_replica(partition_id which, keyring& keys) const;
  /// Begins a copy, in place of one that was not finished.
  result<std::unique_ptr<partition_target>> receive(partition_id which);
  /// The finished copy, closed by its owner, becomes the replica. conflict: there is one.
  status accept(partition_id which);
  /// Of a replica that nobody has open, or a copy that was not finished.
  status drop(partition_id which);
  const std::string& folder() const { return folder_; }

 private:
  replica_folder(std::string folder, std::uint32_t count, const partition_options& options);
  status clear_incoming();
  std::string place(partition_id which) const;
  std::string incoming(partition_id which) const;

  std::string folder_;
  std::uint32_t partition_count_;
  partition_options options_;
  std::shared_ptr<void> lock_;
};

}  // namespace whorl::storage
