// Tables: rows (seq -> fact), objects (SHA-256 of the object, seq).
#include <algorithm>

#include "storage/layout.hpp"
#include "storage/ledgers.hpp"
#include "storage/projection_base.hpp"

namespace whorl::storage {
namespace {

constexpr store_identity identity{{'a', 'u', 'd', 'i', 't', 0, 0, 0}, 1, 0, 0};
enum : std::size_t { all_rows = 1, objects = 2 };

class lmdb_audit_store final : public projected<audit_store> {
 public:
  status open(const std::string& folder, bool durable) {
    WHORL_ASSIGN(auto opened, lmdb::environment::open(folder, layout::audit, {.durable = durable}));
    return attach(std::move(opened), identity);
  }

  result<std::vector<audit_row>> rows(std::string_view object, std::size_t limit) const override {
    std::vector<audit_row> found;
    WHORL_ASSIGN(const lmdb::transaction txn, env()->read());
    const bool all = object.empty();
    WHORL_ASSIGN(lmdb::cursor places, txn.scan(table_at(all ? all_rows : objects)));
    const placed_key from = key_of_place(key_of(object), 0);
    WHORL_ASSIGN(auto row, all ? places.first() : places.seek(from));
    while (row && found.size() < limit && (all || is_of(row->key, from))) {
      WHORL_ASSIGN(auto one, read_row(txn, key_word(row->key, all ? 0 : 4)));
      found.push_back(std::move(one.row));
      WHORL_ASSIGN(row, places.next());
    }
    return found;
  }

  result<std::vector<numbered_audit_row>> newest(std::string_view object, std::uint64_t before,
                                                 std::size_t limit) const override {
    std::vector<numbered_audit_row> found;
    WHORL_ASSIGN(const lmdb::transaction txn, env()->read());
    const bool all = object.empty();
    WHORL_ASSIGN(lmdb::cursor places, txn.scan(table_at(all ? all_rows : objects)));
    const placed_key end = key_of_place(key_of(object), before);
    WHORL_ASSIGN(auto row, places.seek(byte_view(end).subspan(all ? 32 : 0)));
    WHORL_ASSIGN(row, row ? places.previous() : places.last());
    while (row && found.size() < limit && (all || is_of(row->key, end))) {
      WHORL_ASSIGN(auto one, read_row(txn, key_word(row->key, all ? 0 : 4)));
      found.push_back(std::move(one));
      WHORL_ASSIGN(row, places.previous());
    }
    return found;
  }

  std::uint64_t count() const override {
    const auto txn = env()->read();
    return txn ? txn->count(table_at(all_rows)).value_or(std::uint64_t{0}) : 0;
  }

 private:
  static bool is_of(byte_view key, const placed_key& object) {
    return std::equal(object.begin(), object.begin() + 32, key.begin());
  }

  result<numbered_audit_row> read_row(const lmdb::transaction& txn, std::uint64_t seq) const {
    WHORL_ASSIGN(const auto stored, txn.get(table_at(all_rows), key_of(seq)));
    const std::string name = "audit row " + std::to_string(seq);
    if (!stored) return make_error(errc::corrupt, name + ": is missing: rebuild the audit store");
    WHORL_ASSIGN(auto one, decode_stored_as<audit_row>(*stored, name));
    return numbered_audit_row{seq, std::move(one)};
  }

  status apply_one(lmdb::write_transaction& txn, const fact& what,
                   const fact_record& record) override {
    const auto* row = std::get_if<audit_row>(&what);
    if (row == nullptr) return {};
    WHORL_TRY(txn.append(table_at(all_rows), key_of(record.seq), record.payload));
    if (row->object.empty()) return {};
    return txn.put(table_at(objects), key_of_place(key_of(row->object), record.seq), empty_value);
  }
};

}  // namespace

result<std::unique_ptr<audit_store>> open_audit_store(const std::string& folder, bool durable) {
  auto store = std::make_unique<lmdb_audit_store>();
  WHORL_TRY(store->open(folder, durable));
  return std::unique_ptr<audit_store>(std::move(store));
}

}  // namespace whorl::storage
