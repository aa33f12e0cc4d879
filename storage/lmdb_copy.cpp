#include "storage/lmdb_copy.hpp"

#include <lmdb.h>

#include <cerrno>
#include <filesystem>
#include <vector>

#include "storage/lmdb.hpp"

namespace whorl::storage::lmdb {
namespace {

constexpr MDB_dbi tables_max = 64;
/// A commit of the copy: bounds its memory.
constexpr std::uint64_t bytes_a_commit = 32u << 20;
constexpr std::uint64_t free_bytes_least = 1u << 20;

error failed(const std::string& folder, const char* what, int code) {
  errc kind = errc::io;
  const char* advice = "see the system's log";
  std::error_code ignored;
  // LMDB calls a short write EIO, which on a full volume is what it gets.
  const bool full =
      code == EIO && std::filesystem::space(folder, ignored).available < free_bytes_least;
  if (full || code == ENOSPC || code == EDQUOT || code == EFBIG || code == MDB_MAP_FULL) {
    kind = errc::storage_full;
    advice = "free space on the volume and try again";
  } else if (code == ENOENT) {
    kind = errc::not_found;
    advice = "restore a backup; a projection is rebuilt when its folder is removed";
  } else if (code == MDB_CORRUPTED || code == MDB_PAGE_NOTFOUND || code == MDB_INVALID ||
             code == MDB_INCOMPATIBLE || code == MDB_VERSION_MISMATCH) {
    kind = errc::corrupt;
    advice = "the file is damaged: restore a backup, or rebuild the projection";
  } else if (code == EACCES) {
    advice = "check owner and mode";
  }
  return make_error(
      kind, folder + "/data.mdb: " + what + ": " + mdb_strerror(code) + " (" + advice + ")");
}

/// Closes a cursor or aborts a transaction at the end of a scope.
template <class T, void (*End)(T*)>
struct ended {
  T* handle = nullptr;
  ~ended() {
    if (handle != nullptr) End(handle);
  }
};
using cursor_guard = ended<MDB_cursor, mdb_cursor_close>;
using env_guard = ended<MDB_env, mdb_env_close>;
using txn_guard = ended<MDB_txn, mdb_txn_abort>;

/// Calls take(key, value) for every row of a table; it returns an LMDB code.
template <class Take>
int each_row(MDB_txn* txn, MDB_dbi table, Take take) {
  cursor_guard cursor;
  if (const int code = mdb_cursor_open(txn, table, &cursor.handle); code != MDB_SUCCESS)
    return code;
  MDB_val key{}, value{};
  int code = mdb_cursor_get(cursor.handle, &key, &value, MDB_FIRST);
  while (code == MDB_SUCCESS) {
    if (const int stop = take(key, value); stop != MDB_SUCCESS) return stop;
    code = mdb_cursor_get(cursor.handle, &key, &value, MDB_NEXT);
  }
  return code == MDB_NOTFOUND ? MDB_SUCCESS : code;
}

/// Reads a byte of each page, so that one that cannot be read is met here.
void touch(const MDB_val& what) {
  const auto* data = static_cast<const volatile char*>(what.mv_data);
  for (std::size_t at = 0; at < what.mv_size; at += 4096) (void)data[at];
  if (what.mv_size > 0) (void)data[what.mv_size - 1];
}

struct named_table {
  std::string name;
  MDB_dbi handle = 0;
};

int list_tables(MDB_txn* txn, std::vector<named_table>& out) {
  MDB_dbi root = 0;
  if (const int code = mdb_dbi_open(txn, nullptr, 0, &root); code != MDB_SUCCESS) return code;
  int code = each_row(txn, root, [&](const MDB_val& key, const MDB_val&) {
    out.push_back({std::string(static_cast<const char*>(key.mv_data), key.mv_size), 0});
    return out.size() > tables_max ? MDB_CORRUPTED : MDB_SUCCESS;
  });
  for (named_table& one : out)
    if (code == MDB_SUCCESS) code = mdb_dbi_open(txn, one.name.c_str(), 0, &one.handle);
  return code;
}

/// The environment that is being written, one transaction after another.
class copy_target {
 public:
  int open(const std::string& folder, std::size_t map_bytes) {
    if (const int code = mdb_env_create(&env_.handle); code != MDB_SUCCESS) return code;
    mdb_env_set_maxdbs(env_.handle, tables_max);
    mdb_env_set_mapsize(env_.handle, map_bytes);
    const int code =
        mdb_env_open(env_.handle, folder.c_str(), MDB_NOSYNC | MDB_NOLOCK | MDB_NOTLS, 0600);
    return code == MDB_SUCCESS ? mdb_txn_begin(env_.handle, nullptr, 0, &txn_.handle) : code;
  }
  int table(const char* name, MDB_dbi& out) {
    return mdb_dbi_open(txn_.handle, name, MDB_CREATE, &out);
  }
  int append(MDB_dbi table, MDB_val key, MDB_val value) {
    if (const int code = mdb_put(txn_.handle, table, &key, &value, MDB_APPEND); code != MDB_SUCCESS)
      return code;
    pending_ += key.mv_size + value.mv_size;
    return pending_ < bytes_a_commit ? MDB_SUCCESS : commit(true);
  }
  int commit(bool go_on) {
    pending_ = 0;
    const int code = mdb_txn_commit(std::exchange(txn_.handle, nullptr));
    if (code != MDB_SUCCESS || !go_on) return code;
    return mdb_txn_begin(env_.handle, nullptr, 0, &txn_.handle);
  }

 private:
  env_guard env_;
  txn_guard txn_;
  std::uint64_t pending_ = 0;
};

}  // namespace

result<std::unique_ptr<snapshot>> snapshot::open(const std::string& folder, bool may_hold) {
  // LMDB would make an empty data.mdb where it may write and there is none.
  if (std::error_code ignored; !std::filesystem::exists(folder + "/data.mdb", ignored))
    return failed(folder, "open", ENOENT);
  std::unique_ptr<snapshot> out(new snapshot(folder));
  if (const int code = mdb_env_create(&out->env_); code != MDB_SUCCESS)
    return failed(folder, "create an environment", code);
  mdb_env_set_maxdbs(out->env_, tables_max);
  const unsigned int flags = MDB_NOTLS | (may_hold ? 0u : MDB_RDONLY);
  if (const int code = mdb_env_open(out->env_, folder.c_str(), flags, 0600); code != MDB_SUCCESS)
    return failed(folder, "open", code);
  return out;
}

snapshot::~snapshot() {
  release_writers();
  if (pinned_ != nullptr) mdb_txn_abort(pinned_);
  if (env_ != nullptr) mdb_env_close(env_);
}

status snapshot::hold_writers() {
  if (const int code = mdb_txn_begin(env_, nullptr, 0, &held_); code != MDB_SUCCESS)
    return failed(folder_, "hold the writers", code);
  return {};
}

void snapshot::release_writers() {
  if (held_ != nullptr) mdb_txn_abort(std::exchange(held_, nullptr));
}

status snapshot::pin() {
  if (const int code = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &pinned_); code != MDB_SUCCESS)
    return failed(folder_, "begin to read", code);
  return {};
}

status snapshot::copy_to(const std::string& folder, const bytes_function& on_bytes) const {
  WHORL_TRY(make_folder(folder));
  std::vector<named_table> tables;
  if (const int code = list_tables(pinned_, tables); code != MDB_SUCCESS)
    return failed(folder_, "list the tables", code);
  MDB_envinfo info{};
  mdb_env_info(env_, &info);
  copy_target target;
  if (const int code = target.open(folder, info.me_mapsize); code != MDB_SUCCESS)
    return failed(folder, "create", code);
  int write_code = MDB_SUCCESS;  // which side failed decides which file the error names
  for (const named_table& from : tables) {
    MDB_dbi to = 0;
    write_code = target.table(from.name.c_str(), to);
    if (write_code != MDB_SUCCESS) return failed(folder, "make a table", write_code);
    const int code = each_row(pinned_, from.handle, [&](const MDB_val& key, const MDB_val& value) {
      if (on_bytes) on_bytes(key.mv_size + value.mv_size);
      return write_code = target.append(to, key, value);
    });
    if (write_code != MDB_SUCCESS) return failed(folder, "write", write_code);
    if (code != MDB_SUCCESS) return failed(folder_, "read", code);
  }
  if (const int code = target.commit(false); code != MDB_SUCCESS)
    return failed(folder, "commit", code);
  return {};
}

result<std::uint64_t> snapshot::walk() const {
  std::vector<named_table> tables;
  if (const int code = list_tables(pinned_, tables); code != MDB_SUCCESS)
    return failed(folder_, "list the tables", code);
  std::uint64_t rows = 0;
  for (const named_table& one : tables) {
    const int code = each_row(pinned_, one.handle, [&](const MDB_val& key, const MDB_val& value) {
      ++rows;
      touch(key);
      touch(value);
      return MDB_SUCCESS;
    });
    if (code != MDB_SUCCESS) return failed(folder_, ("read table " + one.name).c_str(), code);
  }
  return rows;
}

std::uint64_t snapshot::file_bytes() const {
  std::error_code code;
  const auto size = std::filesystem::file_size(folder_ + "/data.mdb", code);
  return code ? 0 : size;
}

}  // namespace whorl::storage::lmdb
