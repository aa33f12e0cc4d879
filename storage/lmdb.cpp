#include "storage/lmdb.hpp"

#include <fcntl.h>
#include <lmdb.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "storage/lmdb_pages.hpp"

namespace whorl::storage::lmdb {
namespace {

constexpr unsigned int readers_max = 512;

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

status write_transaction::put(table where, byte_view key, byte_view value) {
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
  MDB_val k = to_val(key);
  const int code = mdb_del(handle_, to_dbi(where), &k, nullptr);
  if (code == MDB_NOTFOUND) return false;
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
  const auto mapped = map_file(folder + "/data.mdb");
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
  const unsigned int flags =
      MDB_NOTLS | (how.durable ? 0u : MDB_NOSYNC) | (how.read_only ? MDB_RDONLY : 0u);
  if (code = mdb_env_open(env->handle_, folder.c_str(), flags, 0600); code != MDB_SUCCESS)
    return env->failure(code, "open data.mdb");
  // Reader slots of a process that was killed would keep old pages from being used again.
  mdb_reader_check(env->handle_, nullptr);
  WHORL_TRY(env->open_tables(tables, how.read_only));
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

namespace {

/// Of the readers that hold a state now; `newest` when there is none. LMDB tells it as text, a line
/// a reader: process, thread, transaction ("-" when idle).
std::uint64_t oldest_reader(MDB_env* env, std::uint64_t newest) {
  mdb_reader_check(env, nullptr);
  std::uint64_t oldest = newest;
  const auto take = [](const char* line, void* context) {
    std::string text(line);
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    const std::string last = text.substr(text.rfind(' ') + 1);
    if (last.empty() || last.find_first_not_of("0123456789") != std::string::npos) return 0;
    auto& least = *static_cast<std::uint64_t*>(context);
    least = std::min<std::uint64_t>(least, std::strtoull(last.c_str(), nullptr, 10));
    return 0;
  };
  mdb_reader_list(env, take, &oldest);
  return oldest;
}

/// Writes zeros where something else stands. False: errno says why.
bool clear(int fd, byte_view content, const byte_range& range) {
  const byte_view now = content.subspan(range.offset, range.size);
  if (std::all_of(now.begin(), now.end(), [](std::byte b) { return b == std::byte{0}; }))
    return true;
  const bytes zeros(range.size);
  return ::pwrite(fd, zeros.data(), zeros.size(), static_cast<off_t>(range.offset)) ==
         ssize_t(zeros.size());
}

}  // namespace

result<bool> environment::wipe_freed() {
  // Keeps every writer of this and other processes out; changes nothing itself.
  WHORL_ASSIGN(const write_transaction lock, write());
  int fd = -1;
  struct stat what {};
  if (mdb_env_get_fd(handle_, &fd) != MDB_SUCCESS || ::fstat(fd, &what) != 0)
    return failure(errno, "look at data.mdb");
  const auto size = static_cast<std::size_t>(what.st_size);
  void* const at = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) return failure(errno, "map data.mdb");
  const std::shared_ptr<void> unmap(at, [size](void* p) { ::munmap(p, size); });
  const byte_view content{static_cast<const std::byte*>(at), size};
  WHORL_ASSIGN(const page_map map, map_pages(content, folder_ + "/data.mdb"));
  const std::uint64_t oldest = oldest_reader(handle_, map.transaction);
  bool all = true;
  for (const auto& [transaction, range] : map.freed) {
    if (transaction > oldest) {
      all = false;
    } else if (!clear(fd, content, range)) {
      return failure(errno, "overwrite a freed page");
    }
  }
  for (const byte_range& range : map.unused)
    if (!clear(fd, content, range)) return failure(errno, "overwrite a gap");
  if (::fdatasync(fd) != 0) return failure(errno, "sync");
  return all;
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
