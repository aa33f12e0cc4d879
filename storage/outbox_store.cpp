// Tables: messages (seq -> fact), ids (SHA-256 of the message id -> seq), delivered (seq -> fact),
// pending (seq), bookings (booking, seq).
#include "storage/layout.hpp"
#include "storage/ledgers.hpp"
#include "storage/projection_base.hpp"

namespace whorl::storage {
namespace {

constexpr store_identity identity{{'o', 'u', 't', 'b', 'o', 'x', 0, 0}, 1, 0, 0};
enum : std::size_t { messages = 1, ids = 2, delivered = 3, pending_ones = 4, bookings = 5 };

class lmdb_outbox_store final : public projected<outbox_store> {
 public:
  status open(const std::string& folder, bool durable) {
    WHORL_ASSIGN(auto opened,
                 lmdb::environment::open(folder, layout::outbox, {.durable = durable}));
    return attach(std::move(opened), identity);
  }

  result<std::vector<message_queued>> pending(std::size_t limit) const override {
    std::vector<message_queued> found;
    WHORL_ASSIGN(const lmdb::transaction txn, env()->read());
    WHORL_ASSIGN(lmdb::cursor rows, txn.scan(table_at(pending_ones)));
    WHORL_ASSIGN(auto row, rows.first());
    while (row && found.size() < limit) {
      WHORL_ASSIGN(auto one, row_of(txn, key_word(row->key, 0)));
      found.push_back(std::move(one.queued));
      WHORL_ASSIGN(row, rows.next());
    }
    return found;
  }

  result<std::vector<outbox_row>> of_booking(booking_id booking) const override {
    std::vector<outbox_row> found;
    WHORL_ASSIGN(const lmdb::transaction txn, env()->read());
    WHORL_ASSIGN(lmdb::cursor rows, txn.scan(table_at(bookings)));
    WHORL_ASSIGN(auto row, rows.seek(key_of(booking.value, 0)));
    while (row && key_word(row->key, 0) == booking.value) {
      WHORL_ASSIGN(auto one, row_of(txn, key_word(row->key, 1)));
      found.push_back(std::move(one));
      WHORL_ASSIGN(row, rows.next());
    }
    return found;
  }

  std::uint64_t count() const override {
    const auto txn = env()->read();
    return txn ? txn->count(table_at(messages)).value_or(std::uint64_t{0}) : 0;
  }

 private:
  status apply_one(lmdb::write_transaction& txn, const fact& what,
                   const fact_record& record) override {
    if (const auto* queued = std::get_if<message_queued>(&what)) return queue(txn, *queued, record);
    if (const auto* done = std::get_if<message_delivered>(&what))
      return deliver(txn, *done, record);
    return {};
  }

  status queue(lmdb::write_transaction& txn, const message_queued& queued,
               const fact_record& record) {
    WHORL_ASSIGN(const bool is_new,
                 txn.insert(table_at(ids), key_of(queued.message), make_value({record.seq})));
    if (!is_new) return {};
    const word_key place = key_of(record.seq);
    WHORL_TRY(txn.put(table_at(messages), place, record.payload));
    WHORL_TRY(txn.put(table_at(pending_ones), place, empty_value));
    return txn.put(table_at(bookings), key_of(queued.booking.value, record.seq), empty_value);
  }

  status deliver(lmdb::write_transaction& txn, const message_delivered& done,
                 const fact_record& record) {
    WHORL_ASSIGN(const auto stored, txn.get(table_at(ids), key_of(done.message)));
    if (!stored) return {};
    const word_key place = key_of(value_word(*stored, 0));
    WHORL_TRY(txn.insert(table_at(delivered), place, record.payload));
    WHORL_TRY(txn.erase(table_at(pending_ones), place));
    return {};
  }

  result<outbox_row> row_of(const lmdb::transaction& txn, std::uint64_t seq) const {
    const std::string name = "outbox message of fact " + std::to_string(seq);
    WHORL_ASSIGN(const auto stored, txn.get(table_at(messages), key_of(seq)));
    if (!stored) return make_error(errc::corrupt, name + ": is missing: rebuild the outbox");
    outbox_row row;
    WHORL_ASSIGN(row.queued, decode_stored_as<message_queued>(*stored, name));
    WHORL_ASSIGN(const auto done, txn.get(table_at(delivered), key_of(seq)));
    if (done) {
      WHORL_ASSIGN(row.delivered, decode_stored_as<message_delivered>(*done, name));
    }
    return row;
  }
};

}  // namespace

result<std::unique_ptr<outbox_store>> open_outbox_store(const std::string& folder, bool durable) {
  auto store = std::make_unique<lmdb_outbox_store>();
  WHORL_TRY(store->open(folder, durable));
  return std::unique_ptr<outbox_store>(std::move(store));
}

}  // namespace whorl::storage
