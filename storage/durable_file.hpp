// Small files of a store, whole or absent: written beside, synced, renamed, and the folder synced.
// For keys, heads and manifests; bulk data goes through LMDB.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "messages/bytes.hpp"
#include "messages/result.hpp"

namespace whorl::storage {

/// Replaces `path` with `content`, mode 0600. durable = false leaves out every fsync (simulation
/// and tests). Errors: storage_full, io. A crash leaves at most `path`.new beside it.
status write_durably(const std::string& path, std::string_view content, bool durable = true);

inline status write_durably(const std::string& path, byte_view content) {
  return write_durably(path, {reinterpret_cast<const char*>(content.data()), content.size()});
}

/// Overwrites a file with zeros, then removes it; durable. Error not_found, io.
status destroy_file(const std::string& path);

/// Makes a folder and its parents, for the owner alone; the new names are synced.
status make_durable_folder(const std::string& folder);

/// The whole file. Errors: not_found, io, limit_exceeded above `most` bytes.
result<std::string> read_small_file(const std::string& path, std::size_t most);

/// SHA-256 and size of a file, read a piece at a time. Errors: not_found, io.
struct file_sum {
  digest content{};
  std::uint64_t bytes = 0;
  friend bool operator==(const file_sum&, const file_sum&) = default;
};
result<file_sum> sum_of_file(const std::string& path);

/// Copies a plain file with its mode, not synced: the caller syncs the whole copy once.
status copy_plain_file(const std::string& from, const std::string& to);

/// Everything written to the file system that holds `folder` so far is on disk when this returns.
status sync_file_system(const std::string& folder);

}  // namespace whorl::storage
