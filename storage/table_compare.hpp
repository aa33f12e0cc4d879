// Compares two LMDB folders table by table: what a projection holds against what it should hold.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "storage/lmdb.hpp"

namespace whorl::storage {

struct row_difference {
  std::string table;
  bytes key;
  bool missing = false, surplus = false;  ///< in `found`; neither: another value
};

/// Walks the tables (given by name, in the order of opening) but the first, `meta`. `accept` may
/// excuse a difference by returning true. Stops after `most` differences. Returns rows compared.
result<std::uint64_t> compare_tables(
    const lmdb::environment& found, const lmdb::environment& wanted,
    std::span<const char* const> tables, std::size_t most, std::vector<row_difference>& out,
    const std::function<bool(const row_difference& what)>& accept = {});

}  // namespace whorl::storage
