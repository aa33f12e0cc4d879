#include "storage/lmdb.hpp"

#include <fcntl.h>
#include <lmdb.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "storage/lmdb_pages.hpp"

namespace whorl::storage::lmdb {
namespace {

constexpr unsigned int readers_max = 512;
constexpr std::uint64_t page_header_bytes = 16, node_header_bytes = 8;  // lmdb_pages.hpp

MDB_val to_val(byte_view view) { return {view.size(), const_cast<std::byte*>(view.data())}; }

byte_view to_view(const MDB_val& val) {
  return {static_cast<const std::byte*>(val.mv_data), val.mv_size};
}

MDB_dbi to_dbi(table where) { return static_cast<MDB_dbi>(where); }

errc code_of(int code) {
  switch (code) {
    case MDB_MAP_FULL:
    case ENOSPC:
    case EDQUOT:
      return errc::storage_full;
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
      return errc::corrupt;
    case MDB_VERSION_MISMATCH:
      return errc::wrong_version;
    default:
      return errc::io;
  }
}

const char* advice_of(int code) {
  switch (code) {
    case MDB_MAP_FULL:
      return "nothing was written: the reserved map is full, move to a larger store";
    case ENOSPC:
    case EDQUOT:
      return "nothing was written: free space on the volume and send it again";
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
      return "the file is damaged: restore it, or rebuild the projection";
    case MDB_VERSION_MISMATCH:
      return "written by another LMDB format: open it with that program";
    case MDB_READERS_FULL:
      return "too many views are held at once: close some";
    case EMFILE:
      return "raise the open file limit (ulimit -n)";
    case ENOMEM:
      return "not enough address space or memory for the map (ulimit -v)";
    case EACCES:
      return "check owner and mode of the folder";
    default:
      return "see the system's log";
  }
}

error folder_failure(const std::string& folder, const char* operation, int code) {
  return make_error(code_of(code), folder + ": " + operation + ": " + std::strerror(code) + " (" +
                                       advice_of(code) + ")");
}

}  // namespace

cursor::cursor(cursor&& other) noexcept
    : where_(other.where_), handle_(std::exchange(other.handle_, nullptr)) {}

cursor::~cursor() {
  if (handle_ != nullptr) mdb_cursor_close(handle_);
}

result<std::optional<row>> cursor::move(unsigned int operation, byte_view key) {
  MDB_val k = to_val(key), v{};
  const int code = mdb_cursor_get(handle_, &k, &v, static_cast<MDB_cursor_op>(operation));
  if (code == MDB_NOTFOUND) return std::optional<row>{};
  if (code != MDB_SUCCESS) return where_->failure(code, "read with a cursor");
  return std::optional<row>{row{to_view(k), to_view(v)}};
}

result<std::optional<row>> cursor::first() { return move(MDB_FIRST); }
result<std::optional<row>> cursor::last() { return move(MDB_LAST); }
result<std::optional<row>> cursor::next() { return move(MDB_NEXT); }
result<std::optional<row>> cursor::previous() { return move(MDB_PREV); }
result<std::optional<row>> cursor::seek(byte_view key) { return move(MDB_SET_RANGE, key); }

transaction::transaction(transaction&& other) noexcept
    : env_(std::move(other.env_)), handle_(std::exchange(other.handle_, nullptr)) {}

transaction::~transaction() {
  if (handle_ != nullptr) mdb_txn_abort(handle_);
}

result<std::optional<byte_view>> transaction::get(table where, byte_view key) const {
  MDB_val k = to_val(key), v{};
  const int code = mdb_get(handle_, to_dbi(where), &k, &v);
  if (code == MDB_NOTFOUND) return std::optional<byte_view>{};
  if (code != MDB_SUCCESS) return env_->failure(code, "read");
  return std::optional<byte_view>{to_view(v)};
}

result<cursor> transaction::scan(table where) const {
  MDB_cursor* handle = nullptr;
  const int code = mdb_cursor_open(handle_, to_dbi(where), &handle);
  if (code != MDB_SUCCESS) return env_->failure(code, "open a cursor");
  return cursor(env_.get(), handle);
}

result<std::uint64_t> transaction::count(table where) const {
  MDB_stat stat{};
  const int code = mdb_stat(handle_, to_dbi(where), &stat);
  if (code != MDB_SUCCESS) return env_->failure(code, "count rows");
  return std::uint64_t{stat.ms_entries};
}

/// LMDB would free what the header of a big value's first page says, whatever that is.
result<std::optional<byte_view>> write_transaction::replaceable(table where, byte_view key) const {
  WHORL_ASSIGN(const auto old, get(where, key));
  if (old) WHORL_TRY(env_->check_header(*old));
  return old;
}

status write_transaction::put(table where, byte_view key, byte_view value) {
  WHORL_ASSIGN(const auto old, replaceable(where, key));
  // A value of this transaction that shrinks would keep its pages: more than its size calls for, so
  // that nothing but its header would account for them.
  const std::uint64_t before = old ? env_->overflow_pages(key.size(), old->size()) : 0;
  if (before > 0 && before != env_->overflow_pages(key.size(), value.size()))
    WHORL_TRY(erase(where, key));
  MDB_val k = to_val(key), v = to_val(value);
  const int code = mdb_put(handle_, to_dbi(where), &k, &v, 0);
  if (code != MDB_SUCCESS) return env_->failure(code, "write");
  return {};
}

result<bool> write_transaction::insert(table where, byte_view key, byte_view value) {
  MDB_val k = to_val(key), v = to_val(value);
  const int code = mdb_put(handle_, to_dbi(where), &k, &v, MDB_NOOVERWRITE);
  if (code == MDB_KEYEXIST) return false;
  if (code != MDB_SUCCESS) return env_->failure(code, "write");
  return true;
}

status write_transaction::append(table where, byte_view key, byte_view value) {
  MDB_val k = to_val(key), v = to_val(value);
  const int code = mdb_put(handle_, to_dbi(where), &k, &v, MDB_APPEND);
  if (code != MDB_SUCCESS) return env_->failure(code, "append");
  return {};
}

result<bool> write_transaction::erase(table where, byte_view key) {
  WHORL_ASSIGN(const auto old, replaceable(where, key));
  if (!old) return false;
  MDB_val k = to_val(key);
  const int code = mdb_del(handle_, to_dbi(where), &k, nullptr);
  if (code != MDB_SUCCESS) return env_->failure(code, "erase");
  return true;
}

status write_transaction::commit() {
  // LMDB frees the handle whether the commit succeeds or not.
  const int code = mdb_txn_commit(std::exchange(handle_, nullptr));
  if (code != MDB_SUCCESS) return env_->failure(code, "commit");
  return {};
}

result<std::shared_ptr<environment>> environment::open(const std::string& folder,
                                                       std::span<const char* const> tables,
                                                       const options& how) {
  if (!how.read_only) WHORL_TRY(make_folder(folder));
  const bool is_new = !std::filesystem::exists(std::filesystem::path(folder) / "data.mdb");
  if (is_new && how.durable && !how.read_only) WHORL_TRY(make_file(folder, tables));
  // Beside a writer the pages change while they are read: its owner checked them.
  if (!is_new && !how.read_only) WHORL_TRY(check_file(folder));
  return open_file(folder, tables, how);
}

status environment::check_file(const std::string& folder) {
  const auto mapped = map_file(folder + "/data.mdb", extent::index);
  if (mapped) return {};
  return make_error(mapped.error().code,
                    mapped.error().message + " (" + advice_of(MDB_CORRUPTED) + ")");
}

/// LMDB writes a new file's first pages in place: a loss of power in between leaves a file that is
/// none. So it is made whole in a folder of its own and renamed into place.
status environment::make_file(const std::string& folder, std::span<const char* const> tables) {
  namespace fs = std::filesystem;
  const fs::path beside = fs::path(folder) / "new";
  std::error_code failure;
  fs::remove_all(beside, failure);  // of an attempt that was interrupted
  WHORL_TRY(make_folder(beside.string()));
  { WHORL_ASSIGN(const auto made, open_file(beside.string(), tables, {.map_bytes = 1ull << 20})); }
  const fs::path file = fs::path(folder) / "data.mdb";
  if (std::rename((beside / "data.mdb").c_str(), file.c_str()) != 0)
    return folder_failure(folder, "rename data.mdb into place", errno);
  WHORL_TRY(sync_folder(folder));
  fs::remove_all(beside, failure);
  return {};
}

result<std::shared_ptr<environment>> environment::open_file(const std::string& folder,
                                                            std::span<const char* const> tables,
                                                            const options& how) {
  std::shared_ptr<environment> env(new environment(folder));
  int code = mdb_env_create(&env->handle_);
  if (code != MDB_SUCCESS) return env->failure(code, "create an environment");
  if (code = mdb_env_set_mapsize(env->handle_, how.map_bytes); code != MDB_SUCCESS)
    return env->failure(code, "reserve the map");
  mdb_env_set_maxdbs(env->handle_, static_cast<MDB_dbi>(tables.size()));
  mdb_env_set_maxreaders(env->handle_, readers_max);
  const unsigned int flags = MDB_NOTLS | (how.durable ? 0u : MDB_NOSYNC) |
                             (how.read_only ? MDB_RDONLY : 0u) |
                             (how.scattered ? MDB_NORDAHEAD : 0u);
  if (code = mdb_env_open(env->handle_, folder.c_str(), flags, 0600); code != MDB_SUCCESS)
    return env->failure(code, "open data.mdb");
  // Reader slots of a process that was killed would keep old pages from being used again.
  mdb_reader_check(env->handle_, nullptr);
  WHORL_TRY(env->open_tables(tables, how.read_only));
  if (!how.read_only) WHORL_TRY(env->find_map());
  return env;
}

status environment::open_tables(std::span<const char* const> names, bool read_only) {
  MDB_txn* txn = nullptr;
  const unsigned int begin = read_only ? MDB_RDONLY : 0u, open = read_only ? 0u : MDB_CREATE;
  if (const int code = mdb_txn_begin(handle_, nullptr, begin, &txn); code != MDB_SUCCESS)
    return failure(code, "begin the transaction that opens the tables");
  for (const char* name : names) {
    MDB_dbi dbi = 0;
    if (const int code = mdb_dbi_open(txn, name, open, &dbi); code != MDB_SUCCESS) {
      mdb_txn_abort(txn);
      return failure(code, "open a table");
    }
    tables_.push_back(table{dbi});
  }
  if (const int code = mdb_txn_commit(txn); code != MDB_SUCCESS)
    return failure(code, "make tables");
  return {};
}

/// LMDB does not tell where its map begins; a key in it does, by the number of its page.
status environment::find_map() {
  MDB_txn* txn = nullptr;
  if (const int code = mdb_txn_begin(handle_, nullptr, MDB_RDONLY, &txn); code != MDB_SUCCESS)
    return failure(code, "begin a read transaction");
  const transaction owner(shared_from_this(), txn);
  MDB_envinfo info{};
  MDB_stat shape{};
  mdb_env_info(handle_, &info);
  mdb_env_stat(handle_, &shape);
  MDB_dbi names = 0;
  if (const int code = mdb_dbi_open(txn, nullptr, 0, &names); code != MDB_SUCCESS)
    return failure(code, "open the table of tables");
  WHORL_ASSIGN(cursor rows, owner.scan(table{names}));
  WHORL_ASSIGN(const auto first, rows.first());
  if (!first) return {};  // no tables, nothing to change
  page_bytes_ = shape.ms_psize;
  const auto key = reinterpret_cast<std::uintptr_t>(first->key.data());
  std::uint64_t page = 0;
  std::memcpy(&page, first->key.data() - key % page_bytes_, sizeof page);
  map_begin_ = key - key % page_bytes_ - page * page_bytes_;
  map_bytes_ = info.me_mapsize;
  return {};
}

std::uint64_t environment::overflow_pages(std::uint64_t key_bytes,
                                          std::uint64_t value_bytes) const {
  // A page holds two nodes at least: its nodes_max, after mdb.c.
  const std::uint64_t node_max = ((page_bytes_ - page_header_bytes) / 2 & ~1ull) - 2;
  if (node_header_bytes + key_bytes + value_bytes <= node_max) return 0;
  return (page_header_bytes - 1 + value_bytes) / page_bytes_ + 1;
}

status environment::check_header(byte_view value) const {
  const std::uint64_t at = reinterpret_cast<std::uintptr_t>(value.data()) - map_begin_;
  // Outside the map it is this transaction's own copy. Behind a page's header begin only big
  // values: in a leaf, offsets and a node's header come first.
  if (at >= map_bytes_ || at % page_bytes_ != page_header_bytes) return {};
  const std::uint64_t page = at / page_bytes_;
  const std::uint64_t pages = (page_header_bytes - 1 + value.size()) / page_bytes_ + 1;
  if (begins_value({value.data() - page_header_bytes, page_header_bytes}, page, pages)) return {};
  return make_error(errc::corrupt, folder_ + "/data.mdb: page " + std::to_string(page) +
                                       " is damaged: it does not begin a value of " +
                                       std::to_string(value.size()) +
                                       " bytes, which is not erased (" + advice_of(MDB_CORRUPTED) +
                                       ")");
}

environment::~environment() {
  if (handle_ != nullptr) mdb_env_close(handle_);
}

result<transaction> environment::read() const {
  MDB_txn* txn = nullptr;
  const int code = mdb_txn_begin(handle_, nullptr, MDB_RDONLY, &txn);
  if (code != MDB_SUCCESS) return failure(code, "begin a read transaction");
  return transaction(shared_from_this(), txn);
}

result<write_transaction> environment::write() {
  MDB_txn* txn = nullptr;
  const int code = mdb_txn_begin(handle_, nullptr, 0, &txn);
  if (code != MDB_SUCCESS) return failure(code, "begin a write transaction");
  return write_transaction(shared_from_this(), txn);
}

std::uint64_t environment::file_bytes() const {
  std::error_code code;
  const auto size = std::filesystem::file_size(std::filesystem::path(folder_) / "data.mdb", code);
  return code ? 0 : size;
}

error environment::failure(int code, const char* operation) const {
  return make_error(code_of(code), folder_ + ": " + operation + ": " + mdb_strerror(code) + " (" +
                                       advice_of(code) + ")");
}

status check_aligned(byte_view value, const std::string& what) {
  if (reinterpret_cast<std::uintptr_t>(value.data()) % 8 == 0 && value.size() % 8 == 0) return {};
  return make_error(errc::corrupt, what +
                                       ": stored at an address or with a size that is no multiple "
                                       "of 8, it cannot be read in place: rebuild the projection");
}

status make_folder(const std::string& folder) {
  std::error_code code;
  if (std::filesystem::is_directory(folder, code)) return {};
  const auto parent = std::filesystem::path(folder).parent_path();
  if (!parent.empty()) WHORL_TRY(make_folder(parent.string()));
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return folder_failure(folder, "make the folder", errno);
  return sync_folder(parent.empty() ? "." : parent.string());
}

status sync_folder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return folder_failure(folder, "open the folder", errno);
  const int outcome = ::fsync(fd);
  const int code = errno;
  ::close(fd);
  // Some file systems cannot sync a folder; their directory entries are then durable by themselves.
  if (outcome != 0 && code != EINVAL) return folder_failure(folder, "sync the folder", code);
  return {};
}

}  // namespace whorl::storage::lmdb
