// Tables: cases (id -> opening seq), events (id, seq -> fact), order (opening seq -> id).
#include "storage/layout.hpp"
#include "storage/ledgers.hpp"
#include "storage/projection_base.hpp"

namespace whorl::storage {
namespace {

constexpr store_identity identity{{'c', 'a', 's', 'e', 's', 0, 0, 0}, 1, 0, 0};
enum : std::size_t { cases = 1, events = 2, order = 3 };

class lmdb_case_store final : public projected<case_store> {
 public:
  status open(const std::string& folder, bool durable) {
    WHORL_ASSIGN(auto opened, lmdb::environment::open(folder, layout::cases, {.durable = durable}));
    return attach(std::move(opened), identity);
  }

  result<case_row> get(case_id which) const override {
    WHORL_ASSIGN(const lmdb::transaction txn, env()->read());
    return row_of(txn, which);
  }

  result<std::vector<case_row>> list(std::size_t limit) const override {
    std::vector<case_row> found;
    WHORL_ASSIGN(const lmdb::transaction txn, env()->read());
    WHORL_ASSIGN(lmdb::cursor rows, txn.scan(table_at(order)));
    WHORL_ASSIGN(auto row, rows.last());
    while (row && found.size() < limit) {
      WHORL_ASSIGN(auto one, row_of(txn, {value_word(row->value, 0)}));
      found.push_back(std::move(one));
      WHORL_ASSIGN(row, rows.previous());
    }
    return found;
  }

  result<std::vector<case_id>> ids() const override {
    std::vector<case_id> found;
    WHORL_ASSIGN(const lmdb::transaction txn, env()->read());
    WHORL_ASSIGN(lmdb::cursor rows, txn.scan(table_at(order)));
    WHORL_ASSIGN(auto row, rows.first());
    while (row) {
      found.push_back({value_word(row->value, 0)});
      WHORL_ASSIGN(row, rows.next());
    }
    return found;
  }

  std::uint64_t count() const override {
    const auto txn = env()->read();
    return txn ? txn->count(table_at(cases)).value_or(std::uint64_t{0}) : 0;
  }

 private:
  status apply_one(lmdb::write_transaction& txn, const fact& what,
                   const fact_record& record) override {
    const auto* event = std::get_if<case_event>(&what);
    if (event == nullptr) return {};
    const word_key id = key_of(event->which.value);
    if (event->step == case_step::opened) {
      WHORL_ASSIGN(const bool is_new, txn.insert(table_at(cases), id, make_value({record.seq})));
      if (!is_new) return {};
      WHORL_TRY(txn.put(table_at(order), key_of(record.seq), make_value({event->which.value})));
    } else {
      WHORL_ASSIGN(const auto known, txn.get(table_at(cases), id));
      if (!known) return {};
    }
    return txn.put(table_at(events), key_of(event->which.value, record.seq), record.payload);
  }

  result<case_row> row_of(const lmdb::transaction& txn, case_id which) const {
    case_row found{which, {}};
    WHORL_ASSIGN(lmdb::cursor rows, txn.scan(table_at(events)));
    WHORL_ASSIGN(auto row, rows.seek(key_of(which.value, 0)));
    while (row && key_word(row->key, 0) == which.value) {
      WHORL_ASSIGN(auto event,
                   decode_stored_as<case_event>(row->value, "case " + to_string(which)));
      found.events.push_back(std::move(event));
      WHORL_ASSIGN(row, rows.next());
    }
    if (found.events.empty()) return make_error(errc::not_found, "no case " + to_string(which));
    return found;
  }
};

}  // namespace

result<std::unique_ptr<case_store>> open_case_store(const std::string& folder, bool durable) {
  auto store = std::make_unique<lmdb_case_store>();
  WHORL_TRY(store->open(folder, durable));
  return std::unique_ptr<case_store>(std::move(store));
}

}  // namespace whorl::storage
