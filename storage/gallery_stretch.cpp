#include "storage/gallery_stretch.hpp"

#include <algorithm>
#include <functional>

#include "storage/checksum.hpp"
#include "storage/gallery_records.hpp"
#include "storage/gallery_slabs.hpp"
#include "storage/lmdb_pages.hpp"

namespace whorl::storage::gallery {
namespace {

constexpr std::uint32_t tables = std::size(table_names);
constexpr std::size_t row_trailer_bytes = 8;

bool has_checksum(std::size_t table) { return table == entries || table == slabs || table == tail; }

/// The part of a value that the digest of a stretch stands on: its checksum, or all of it.
byte_view summed(std::size_t table, byte_view value) {
  return has_checksum(table) && value.size() >= row_trailer_bytes ? value.last(row_trailer_bytes)
                                                                  : value;
}

/// Rows on which a stretch stands.
class row_sum {
 public:
  void add(std::uint32_t table, const lmdb::row& row) {
    const byte_view part = summed(table, row.value);
    const bool is_sum = has_checksum(table) && part.size() == row_trailer_bytes;
    const std::uint64_t sum = is_sum ? value_word(part, 0) : crc32c(part);
    for (const std::uint64_t word :
         {std::uint64_t{table}, std::uint64_t{row.key.size()}, std::uint64_t{row.value.size()}})
      put_little_endian(text_, word, 8);
    text_.insert(text_.end(), row.key.begin(), row.key.end());
    put_little_endian(text_, sum, 8);
  }
  digest content() const { return sha256(text_); }

 private:
  bytes text_;
};

/// The place where `after` is told to begin: behind the last row it is the beginning.
row_place begin_of(const row_place& after) {
  if (after.table >= tables) return {subjects, {}};
  return {std::max<std::uint32_t>(after.table, subjects), after.key};
}

result<std::optional<lmdb::row>> first_behind(lmdb::cursor& rows, byte_view key) {
  if (key.empty()) return rows.first();
  WHORL_ASSIGN(const auto row, rows.seek(key));
  if (row && std::ranges::equal(row->key, key)) return rows.next();
  return row;
}

using row_visitor = std::function<result<bool>(std::uint32_t table, const lmdb::row& row)>;

/// In order, until the visitor says false.
status each_row(const lmdb::transaction& txn, const lmdb::environment& env, const row_place& after,
                const row_visitor& visit) {
  row_place at = begin_of(after);
  for (; at.table < tables; ++at.table, at.key.clear()) {
    WHORL_ASSIGN(lmdb::cursor rows, txn.scan(env.at(at.table)));
    WHORL_ASSIGN(auto row, first_behind(rows, at.key));
    while (row) {
      WHORL_ASSIGN(const bool on, visit(at.table, *row));
      if (!on) return {};
      WHORL_ASSIGN(row, rows.next());
    }
  }
  return {};
}

std::size_t size_of(const lmdb::row& row) { return row.key.size() + row.value.size(); }

bool is_behind(std::uint32_t table, byte_view key, const row_place& end) {
  if (table != end.table) return table > end.table;
  return std::ranges::lexicographical_compare(end.key, key);
}

}  // namespace

status check_row(const lmdb::environment& env, std::size_t table, const lmdb::row& row) {
  if (table == slabs) return check_slab_row(env, row);
  if (table == tail) return check_tail_row(env, row);
  if (table != entries) return {};
  if (row.key.size() != sizeof(word_key))
    return make_error(errc::corrupt, env.folder() + ": a search entry with a damaged key");
  return check_entry(env.folder(), {key_word(row.key, 0)}, row.value);
}

result<row_stretch> read_stretch(const lmdb::transaction& txn, const lmdb::environment& env,
                                 const row_place& after, std::size_t bytes_max) {
  row_stretch read{begin_of(after), {tables, {}}, {}};
  row_sum sum;
  // Rows are scattered over the file: read one after the other, each would cost the disk's latency.
  for (const bool announced : {false, true}) {
    std::size_t size = 0;
    const auto look = [&](std::uint32_t table, const lmdb::row& row) -> result<bool> {
      size += size_of(row);
      if (!announced) return lmdb::prefetch(row.value), size < bytes_max;
      WHORL_TRY(check_row(env, table, row));
      sum.add(table, row);
      if (size < bytes_max) return true;
      read.to = {table, {row.key.begin(), row.key.end()}};
      return false;
    };
    WHORL_TRY(each_row(txn, env, after, look));
  }
  read.content = sum.content();
  return read;
}

result<bool> has_stretch(const lmdb::transaction& txn, const lmdb::environment& env,
                         const row_stretch& theirs, std::size_t bytes_max) {
  row_sum sum;
  for (const bool announced : {false, true}) {
    std::size_t size = 0;
    const auto look = [&](std::uint32_t table, const lmdb::row& row) -> result<bool> {
      if (is_behind(table, row.key, theirs.to)) return false;
      if (announced)
        sum.add(table, row);
      else
        lmdb::prefetch(summed(table, row.value));
      return (size += size_of(row)) < 2 * bytes_max;
    };
    WHORL_TRY(each_row(txn, env, theirs.after, look));
  }
  return sum.content() == theirs.content;
}

}  // namespace whorl::storage::gallery
