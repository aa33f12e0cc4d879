// Copies a whole LMDB environment row by row out of one pinned snapshot, while another process
// goes on writing it. mdb_env_copy cannot be told which snapshot to take; a backup needs several
// environments at one moment. The copy holds no freed page, and so no bytes of deleted rows.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "messages/result.hpp"

struct MDB_env;
struct MDB_txn;

namespace whorl::storage::lmdb {

/// Called with the bytes copied since the last call.
using bytes_function = std::function<void(std::uint64_t)>;

/// One environment of another process's (or nobody's) store. Not for one that this process has
/// open: LMDB allows an environment once a process. While it is pinned, pages that writers free
/// cannot be used again: the file grows meanwhile.
class snapshot {
 public:
  /// Opens `folder`/data.mdb; for `may_hold` so that its writers can be held. Errors: not_found,
  /// corrupt, io.
  static result<std::unique_ptr<snapshot>> open(const std::string& folder, bool may_hold = false);
  ~snapshot();
  snapshot(const snapshot&) = delete;
  snapshot& operator=(const snapshot&) = delete;

  /// From here to release() nobody commits to the environment: other writers wait. Keep it to
  /// milliseconds. The death of this process lets them go on.
  status hold_writers();
  void release_writers();
  /// Fixes what copy_to copies.
  status pin();
  /// Rows of all tables into `folder`/data.mdb, which must not exist; not synced. Rows that LMDB
  /// cannot read are an error; a page damaged worse can end the process.
  status copy_to(const std::string& folder, const bytes_function& on_bytes = {}) const;
  /// Reads every page that rows of the tables stand on, and counts the rows.
  result<std::uint64_t> walk() const;
  std::uint64_t file_bytes() const;
  const std::string& folder() const { return folder_; }

 private:
  explicit snapshot(std::string folder) : folder_(std::move(folder)) {}
  std::string folder_;
  MDB_env* env_ = nullptr;
  MDB_txn* held_ = nullptr;
  MDB_txn* pinned_ = nullptr;
};

}  // namespace whorl::storage::lmdb
