// An LMDB file read as what it is on the disk, without LMDB: LMDB trusts its pages and can crash,
// or overwrite live data, when one was damaged, and it never clears what it frees. Here every page
// is found exactly once, as part of a table or as free, or the damage is named; and the bytes that
// no table needs any more are listed, so that they can be overwritten. Pure: a view of the file's
// bytes in, values out.
//
// A walk of the index reads what LMDB follows: meta, branch and leaf pages and the lists of free
// pages. Those are few where values are big, so that a large file opens in seconds. It finds the
// pages of big values by the numbers and sizes that their leaves hold, and does not read them. What
// is then left unread is the header of such a value's first page: LMDB looks at it when it erases
// or replaces the value, and only then (write_transaction checks it there).
//
// Layout of LMDB 0.9 (data version 1, 64 bit, little-endian), after its source mdb.c:
//   page     header 16: number u64, pad u16, flags u16, lower u16, upper u16 (or pages u32)
//   flags    1 branch, 2 leaf, 4 overflow, 8 meta
//   meta     pages 0 and 1, header, then: magic u32 beefc0de, version u32, address 8, map size 8,
//            tables free and main 48 each, last page u64, transaction u64; the newer one counts
//   table    page size u32 (of the first), flags u16, depth u16, branch, leaf, overflow pages,
//            rows and root u64 each; root of ones: empty
//   node     size u16 u16 (in a branch: child's low 32 bits), flags u16 (child's high 16), key size
//            u16, key, value; flags 1: value is the number of an overflow page, 2: value is a table
//   free     key transaction u64, value: count u64 and as many page numbers, falling
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "messages/bytes.hpp"
#include "messages/result.hpp"

namespace whorl::storage::lmdb {

struct byte_range {
  std::uint64_t offset = 0, size = 0;
  friend bool operator==(const byte_range&, const byte_range&) = default;
};

/// How much of a file a walk reads.
enum class extent {
  index,  ///< not the overflow pages of tables' values
  whole,  ///< their headers too; and lists what is free or unused
};

struct page_map {
  std::uint64_t page_bytes = 0, pages = 0;  ///< pages in use or free, from 0
  std::uint64_t transaction = 0;            ///< of the newest state
  std::uint64_t rows = 0;                   ///< of all tables
  std::uint64_t free_pages = 0;
  /// Free pages with the transaction that freed them: readers of older states still see them. This
  /// and `unused` are empty after a walk of the index.
  std::vector<std::pair<std::uint64_t, byte_range>> freed;
  /// Parts of pages in use that hold nothing, and what stands behind the last page.
  std::vector<byte_range> unused;
};

/// Told of bytes that will be read soon.
using prefetcher = std::function<void(byte_view)>;

/// Error corrupt: names `file`, the page and what is wrong with it. wrong_version: not this layout.
result<page_map> map_pages(byte_view content, const std::string& file, extent reads = extent::whole,
                           const prefetcher& prefetch = {});

/// The same of a file; absent is an empty map. Nobody may be writing to it. Errors: io, corrupt.
result<page_map> map_file(const std::string& file, extent reads = extent::whole);

/// Whether `page` has the header of page `number`, the first of `pages` that hold a value.
bool begins_value(byte_view page, std::uint64_t number, std::uint64_t pages);

/// Has the system read bytes of a mapped file in the background.
void prefetch(byte_view content);

}  // namespace whorl::storage::lmdb
