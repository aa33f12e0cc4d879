#include "storage/table_compare.hpp"

#include <algorithm>

namespace whorl::storage {
namespace {

bool before(byte_view a, byte_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

result<std::uint64_t> compare_tables(
    const lmdb::environment& found, const lmdb::environment& wanted,
    std::span<const char* const> tables, std::size_t most, std::vector<row_difference>& out,
    const std::function<bool(const row_difference& what)>& accept) {
  WHORL_ASSIGN(const lmdb::transaction have, found.read());
  WHORL_ASSIGN(const lmdb::transaction want, wanted.read());
  std::uint64_t rows = 0;
  for (std::size_t i = 1; i < tables.size(); ++i) {
    WHORL_ASSIGN(lmdb::cursor left, have.scan(found.at(i)));
    WHORL_ASSIGN(lmdb::cursor right, want.scan(wanted.at(i)));
    WHORL_ASSIGN(auto a, left.first());
    WHORL_ASSIGN(auto b, right.first());
    while ((a || b) && out.size() < most) {
      ++rows;
      const bool surplus = a && (!b || before(a->key, b->key));
      const bool missing = b && (!a || before(b->key, a->key));
      const bool same = !surplus && !missing && std::ranges::equal(a->value, b->value);
      if (!same) {
        const byte_view key = missing ? b->key : a->key;
        const row_difference one{tables[i], bytes(key.begin(), key.end()), missing, surplus};
        if (!accept || !accept(one)) out.push_back(one);
      }
      if (!missing) {
        WHORL_ASSIGN(a, left.next());
      }
      if (!surplus) {
        WHORL_ASSIGN(b, right.next());
      }
    }
  }
  return rows;
}

}  // namespace whorl::storage
