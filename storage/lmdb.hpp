// A small owner's layer over LMDB: environment, read and write transaction, cursor. The only part
// of the project that knows <lmdb.h>; every LMDB code becomes one whorl::error here. Rules: one
// environment per folder and process (LMDB's own), opened by the store that owns the folder; keys
// and values are multiples of 8 bytes, so that every value starts at an 8-byte aligned address
// (node header 8, page header 16, overflow pages likewise); keys are at most 511 bytes; the map is
// a large sparse reservation that is never grown. Reads work from any thread (MDB_NOTLS), a write
// transaction stays on the thread that began it, and LMDB lets one at a time in.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "messages/bytes.hpp"
#include "messages/result.hpp"

struct MDB_env;
struct MDB_txn;
struct MDB_cursor;

namespace whorl::storage::lmdb {

/// A named database inside an environment.
enum class table : unsigned int {};

struct options {
  std::uint64_t map_bytes = 256ull << 30;  ///< sparse: costs address space, not disk
  bool durable = true;                     ///< false: no fsync at all (simulation and tests)
  /// Makes and changes nothing: folder, file and tables must be there. Another process may have it
  /// open for writing.
  bool read_only = false;
  /// Rows are read here and there: the system must not read megabytes around each. Who reads many
  /// says so before (prefetch in lmdb_pages.hpp).
  bool scattered = false;
};

/// Views into the map: valid until the transaction ends, or for a writer until its next change.
struct row {
  byte_view key, value;
};

class environment;

/// Moves over one table. Must die before its transaction ends.
class cursor {
 public:
  cursor(cursor&& other) noexcept;
  cursor& operator=(cursor&&) = delete;
  ~cursor();
  result<std::optional<row>> first();
  result<std::optional<row>> last();
  result<std::optional<row>> next();
  result<std::optional<row>> previous();
  /// The first row whose key is at or after `key`.
  result<std::optional<row>> seek(byte_view key);

 private:
  friend class transaction;
  cursor(const environment* where, MDB_cursor* handle) : where_(where), handle_(handle) {}
  result<std::optional<row>> move(unsigned int operation, byte_view key = {});
  const environment* where_;
  MDB_cursor* handle_;
};

/// A consistent snapshot; ends (rolled back) with the object. Keeps its environment alive.
class transaction {
 public:
  transaction(transaction&& other) noexcept;
  transaction& operator=(transaction&&) = delete;
  ~transaction();
  result<std::optional<byte_view>> get(table where, byte_view key) const;
  result<cursor> scan(table where) const;
  result<std::uint64_t> count(table where) const;

 protected:
  friend class environment;
  transaction(std::shared_ptr<const environment> env, MDB_txn* handle)
      : env_(std::move(env)), handle_(handle) {}
  std::shared_ptr<const environment> env_;
  MDB_txn* handle_;
};

class write_transaction : public transaction {
 public:
  /// put and erase refuse (corrupt) a row whose value has a damaged page header (lmdb_pages.hpp).
  status put(table where, byte_view key, byte_view value);
  /// False when the key is there already; nothing is then written.
  result<bool> insert(table where, byte_view key, byte_view value);
  /// Like put, for a key above every key of the table: fills pages to the brim.
  status append(table where, byte_view key, byte_view value);
  /// False when there was no such key.
  result<bool> erase(table where, byte_view key);
  /// Durable when it returns well, unless the environment was opened with durable = false.
  status commit();

 private:
  friend class environment;
  using transaction::transaction;
  result<std::optional<byte_view>> replaceable(table where, byte_view key) const;
};

class environment : public std::enable_shared_from_this<environment> {
 public:
  /// Opens `folder`/data.mdb and the named tables, making folder, file and tables when absent. The
  /// index of the file is checked first (lmdb_pages.hpp): LMDB would crash on damaged pages.
  static result<std::shared_ptr<environment>> open(const std::string& folder,
                                                   std::span<const char* const> tables,
                                                   const options& how = {});
  ~environment();
  environment(const environment&) = delete;
  environment& operator=(const environment&) = delete;

  /// The handle of the index-th name given to open().
  table at(std::size_t index) const { return tables_.at(index); }
  const std::string& folder() const { return folder_; }
  result<transaction> read() const;
  result<write_transaction> write();
  /// Size of data.mdb on disk, bytes; 0 when it cannot be told.
  std::uint64_t file_bytes() const;
  /// Overwrites with zeros every byte of data.mdb that no table needs any more: freed pages, gaps
  /// in pages, the rest of the file. LMDB itself leaves there what was erased. False: a reader of
  /// an older state still sees some of it, call again later. Reads the index of the whole file.
  result<bool> wipe_freed();
  /// Before it: clears the buffers from which LMDB writes pages, so that later changes do not bring
  /// what was erased back into gaps of the file. `table`: any; changes nothing. Reaches
  /// transactions of up to 4,096 pages.
  status rinse_buffers(std::size_t table);
  /// The error for an LMDB or errno code met while doing `operation`.
  error failure(int code, const char* operation) const;

 private:
  explicit environment(std::string folder) : folder_(std::move(folder)) {}
  static status check_file(const std::string& folder);
  static status make_file(const std::string& folder, std::span<const char* const> tables);
  static result<std::shared_ptr<environment>> open_file(const std::string& folder,
                                                        std::span<const char* const> tables,
                                                        const options& how);
  status open_tables(std::span<const char* const> names, bool read_only);
  status find_map();
  friend class write_transaction;
  /// Of a value with a key of that size; 0: it stands in the leaf.
  std::uint64_t overflow_pages(std::uint64_t key_bytes, std::uint64_t value_bytes) const;
  /// Corrupt when `value` begins an overflow page whose header does not fit it.
  status check_header(byte_view value) const;
  std::string folder_;
  MDB_env* handle_ = nullptr;
  std::uintptr_t map_begin_ = 0;
  std::uint64_t map_bytes_ = 0, page_bytes_ = 4096;
  std::vector<table> tables_;
};

/// Checks that a value can be read in place as 64-bit words: errc::corrupt naming `what` if not.
status check_aligned(byte_view value, const std::string& what);

/// Makes a folder (and its parents) that only the owner may read; durable sync of an entry in it.
status make_folder(const std::string& folder);
status sync_folder(const std::string& folder);

}  // namespace whorl::storage::lmdb
