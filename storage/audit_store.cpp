// Tables: rows (seq -> fact), objects (SHA-256 of the object, seq).
#include <algorithm>

#include "storage/layout.hpp"
#include "storage/ledgers.hpp"
#include "storage/projection_base.hpp"

namespace whorl::storage {
namespace {

constexpr store_identity identity{{'a', 'u', 'd', 'i', 't', 0, 0, 0}, 1, 0, 0};
enum : std::size_t { all_rows = 1, objects = 2 };

using object_key = std::array<std::byte, 40>;
object_key key_of_object(std::string_view object, std::uint64_t seq) {
  object_key key;
  const digest name = key_of(object);
  const word_key place = key_of(seq);
  std::copy(name.begin(), name.end(), key.begin());
  std::copy(place.begin(), place.end(), key.begin() + 32);
  return key;
}

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
    const object_key from = key_of_object(object, 0);
    WHORL_ASSIGN(auto row, all ? places.first() : places.seek(from));
    while (row && found.size() < limit) {
      if (!all && !std::equal(from.begin(), from.begin() + 32, row->key.begin())) break;
      const std::uint64_t seq = key_word(row->key, all ? 0 : 4);
      WHORL_ASSIGN(const auto stored, txn.get(table_at(all_rows), key_of(seq)));
      const std::string name = "audit row " + std::to_string(seq);
      if (!stored) return make_error(errc::corrupt, name + ": is missing: rebuild the audit store");
      WHORL_ASSIGN(auto one, decode_stored_as<audit_row>(*stored, name));
      found.push_back(std::move(one));
      WHORL_ASSIGN(row, places.next());
    }
    return found;
  }

  std::uint64_t count() const override {
    const auto txn = env()->read();
    return txn ? txn->count(table_at(all_rows)).value_or(std::uint64_t{0}) : 0;
  }

 private:
  status apply_one(lmdb::write_transaction& txn, const fact& what,
                   const fact_record& record) override {
    const auto* row = std::get_if<audit_row>(&what);
    if (row == nullptr) return {};
    WHORL_TRY(txn.append(table_at(all_rows), key_of(record.seq), record.payload));
    if (row->object.empty()) return {};
    return txn.put(table_at(objects), key_of_object(row->object, record.seq), empty_value);
  }
};

}  // namespace

result<std::unique_ptr<audit_store>> open_audit_store(const std::string& folder, bool durable) {
  auto store = std::make_unique<lmdb_audit_store>();
  WHORL_TRY(store->open(folder, durable));
  return std::unique_ptr<audit_store>(std::move(store));
}

}  // namespace whorl::storage
