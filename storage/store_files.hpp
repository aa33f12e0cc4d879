// The two plain files of a store's folder: FORMAT and lock.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "messages/result.hpp"

namespace whorl::storage {

/// Writes FORMAT whole or not at all: beside it, synced, then renamed.
status write_format(const std::string& folder, std::uint32_t partition_count);
/// The partition count in FORMAT. Errors: not_found, wrong_version, corrupt.
result<std::uint32_t> read_format(const std::string& folder);
/// Takes the lock file; dying of the last copy releases it. Error unavailable when another holds
/// it.
result<std::shared_ptr<void>> take_lock(const std::string& folder);

}  // namespace whorl::storage
