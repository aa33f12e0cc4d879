// The plain files of a store's folder: FORMAT, lock, and whatever must be whole or absent.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "messages/bytes.hpp"
#include "messages/result.hpp"

namespace whorl::storage {

/// Writes a file whole or not at all, also when power is lost: beside it (".part"), synced,
/// renamed, its folder synced. Errors name the file: storage_full, io.
status write_durably(const std::string& path, byte_view content);

/// Overwrites a file with zeros, then removes it; durable. Error not_found, io.
status destroy_file(const std::string& path);

/// Makes a folder and its parents, for the owner alone; the new names are synced.
status make_durable_folder(const std::string& folder);

/// Writes FORMAT whole or not at all: beside it, synced, then renamed.
status write_format(const std::string& folder, std::uint32_t partition_count);
/// The partition count in FORMAT. Errors: not_found, wrong_version, corrupt.
result<std::uint32_t> read_format(const std::string& folder);
/// Takes the lock file; dying of the last copy releases it. Error unavailable when another holds
/// it.
result<std::shared_ptr<void>> take_lock(const std::string& folder);

}  // namespace whorl::storage
