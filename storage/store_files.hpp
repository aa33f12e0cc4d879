// The two plain files of a store's folder: FORMAT and lock.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "messages/ids.hpp"
#include "messages/result.hpp"

namespace whorl::storage {

/// Below the folder of a store that has a gateway: its certificate authority.
inline constexpr const char* pki_folder = "pki";

/// Writes FORMAT whole or not at all: beside it, synced, then renamed.
status write_format(const std::string& folder, std::uint32_t partition_count);
/// The partition count in FORMAT. Errors: not_found, wrong_version, corrupt.
result<std::uint32_t> read_format(const std::string& folder);
/// Takes the lock file; dying of the last copy releases it. Error unavailable when another holds
/// it.
result<std::shared_ptr<void>> take_lock(const std::string& folder);

/// The lock file of a folder whose few writers hold it for moments: waits for them.
result<std::shared_ptr<void>> wait_for_lock(const std::string& folder);

/// invalid_input for a partition count of 0 or above limits::partitions_max.
status check_partition_count(std::uint32_t count);
/// Below the folder of all: "criminal/003".
std::string partition_folder(partition_id which);
/// How large a map each may have, where all partitions of both galleries together shall fit the
/// address space: at most `wanted`.
std::uint64_t partition_map_bytes(std::uint64_t wanted, std::uint32_t partition_count);

}  // namespace whorl::storage
