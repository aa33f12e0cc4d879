// Backup and restore of a whole store. A backup is made while another process owns the store and
// books: it takes no lock. It holds what the store held at one moment:
//
//   projections are pinned first: they may lag behind the journal, never run ahead of it
//   the keyring's writers are held for milliseconds, and meanwhile pinned: keys (rows and the plain
//   files beside them), then the journal
//
// A fact is appended after its keys are durable and a key is destroyed after the fact that says
// why, so with the keyring held every fact in the copy has its keys, and every key that is gone has
// its fact. FORMAT is written last: an interrupted backup holds no store.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "storage/backup_manifest.hpp"
#include "storage/keyring.hpp"

namespace whorl::storage {

/// Work done and to do, bytes.
using work_function = std::function<void(std::uint64_t done, std::uint64_t total)>;

struct backup_options {
  instant at;
  std::string by;  ///< "whorl 0.1.0"
  work_function on_work;
  bool with_pki = true;  ///< the gateway's certificate authority, where there is one
};
/// Copies the store in `folder` into `target` (absent or empty), and verifies the copy's journal.
/// On error what was written is removed. Errors: not_found (no store), conflict (target in use, or
/// inside the store), storage_full, corrupt.
result<backup_manifest> back_up(const std::string& folder, const std::string& target,
                                const backup_options& options);

/// Reads BACKUP and compares every file with it. not_found: no backup there, or an interrupted one;
/// corrupt names the file.
result<backup_manifest> check_backup(const std::string& folder, const work_function& on_work = {});

/// The keys that the store in `folder` has destroyed. Takes its lock.
result<std::vector<key_id>> read_purges(const std::string& folder);

/// Copies a checked backup into `target` (absent or empty) and destroys `purged` in its keyring
/// before FORMAT makes a store of it; returns how many of those keys lived in the backup.
/// open_store then brings the projections up. On error what was written is removed.
result<std::size_t> restore_files(const std::string& backup, const backup_manifest& manifest,
                                  const std::string& target, const std::vector<key_id>& purged,
                                  const work_function& on_work = {});

/// The restored journal against the manifest: every stream is whole and ends where it says.
status check_restored(const journal& log, const backup_manifest& manifest);

/// conflict unless `folder` is absent or empty.
status check_empty_folder(const std::string& folder);

}  // namespace whorl::storage
