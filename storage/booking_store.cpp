// Tables: bookings (id -> accepting seq, fact), answers (id, gallery -> fact), order (seq -> id),
// open (seq -> id, bookings not closed), tcns (SHA-256 of ORI and TCN -> id), owners (SHA-256 of
// ORI or state, seq -> id).
#include "storage/booking_store.hpp"

#include <algorithm>

#include "messages/wire.hpp"
#include "storage/layout.hpp"
#include "storage/projection_base.hpp"

namespace whorl::storage {
namespace {

constexpr store_identity identity{
    {'b', 'o', 'o', 'k', 'i', 'n', 'g', 's'}, layout::bookings_version, 0, 0};
enum : std::size_t { bookings = 1, answers = 2, order = 3, open_ones = 4, tcns = 5, owners = 6 };

/// The length keeps (ORI "A", TCN "BC") apart from ("AB", "C").
digest tcn_key(std::string_view ori, std::string_view tcn) {
  return key_of(std::to_string(ori.size()) + ":" + std::string(ori) + std::string(tcn));
}

class lmdb_booking_store final : public projected<booking_store> {
 public:
  status open(const std::string& folder, bool durable) {
    WHORL_ASSIGN(auto opened,
                 lmdb::environment::open(folder, layout::bookings, {.durable = durable}));
    return attach(std::move(opened), identity);
  }

  result<booking_row> get(booking_id booking) const override {
    WHORL_ASSIGN(const lmdb::transaction txn, env()->read());
    WHORL_ASSIGN(auto row, find_row(txn, booking));
    if (row) return *std::move(row);
    return make_error(errc::not_found, "no booking " + to_string(booking));
  }

  result<booking_id> find(std::string_view ori, std::string_view tcn) const override {
    WHORL_ASSIGN(const lmdb::transaction txn, env()->read());
    WHORL_ASSIGN(const auto id, txn.get(table_at(tcns), tcn_key(ori, tcn)));
    if (id) return booking_id{value_word(*id, 0)};
    return make_error(errc::not_found,
                      "no booking of ORI " + std::string(ori) + " with TCN " + std::string(tcn));
  }

  result<std::vector<booking_id>> open_bookings() const override {
    std::vector<booking_id> found;
    WHORL_ASSIGN(const lmdb::transaction txn, env()->read());
    WHORL_ASSIGN(lmdb::cursor rows, txn.scan(table_at(open_ones)));
    WHORL_ASSIGN(auto row, rows.first());
    while (row) {
      found.push_back({value_word(row->value, 0)});
      WHORL_ASSIGN(row, rows.next());
    }
    return found;
  }

  result<std::vector<booking_row>> list(std::size_t limit, const booking_range& of) const override {
    WHORL_ASSIGN(const lmdb::transaction txn, env()->read());
    std::uint64_t end = UINT64_MAX;  // accepting seq of the first that is not wanted any more
    if (of.before) {
      WHORL_ASSIGN(const auto stored, txn.get(table_at(bookings), key_of(of.before->value)));
      if (!stored) return make_error(errc::not_found, "no booking " + to_string(*of.before));
      end = value_word(*stored, 0);
    }
    std::vector<booking_row> found;
    const bool all = of.owner.empty();
    const placed_key from = key_of_place(key_of(of.owner), end);
    const byte_view prefix = byte_view(from).first(all ? 0 : 32);
    WHORL_ASSIGN(lmdb::cursor rows, txn.scan(table_at(all ? order : owners)));
    // The first at or after the end, or nothing: the wanted ones stand before it.
    WHORL_ASSIGN(auto row, rows.seek(byte_view(from).subspan(all ? 32 : 0)));
    WHORL_ASSIGN(row, row ? rows.previous() : rows.last());
    while (row && found.size() < limit &&
           std::ranges::equal(row->key.first(prefix.size()), prefix)) {
      WHORL_ASSIGN(auto booking, find_row(txn, {value_word(row->value, 0)}));
      if (booking) found.push_back(*std::move(booking));
      WHORL_ASSIGN(row, rows.previous());
    }
    return found;
  }

  std::uint64_t count() const override {
    const auto txn = env()->read();
    return txn ? txn->count(table_at(bookings)).value_or(std::uint64_t{0}) : 0;
  }

 private:
  status apply_one(lmdb::write_transaction& txn, const fact& what,
                   const fact_record& record) override {
    if (const auto* accepted = std::get_if<booking_accepted>(&what))
      return accept(txn, *accepted, record);
    if (const auto* answered = std::get_if<booking_answered>(&what))
      return answer(txn, *answered, record);
    return {};
  }

  status accept(lmdb::write_transaction& txn, const booking_accepted& accepted,
                const fact_record& record) {
    const word_key id = key_of(accepted.booking.value);
    WHORL_ASSIGN(const bool is_new,
                 txn.insert(table_at(bookings), id, make_value({record.seq}, record.payload)));
    if (!is_new) return {};
    const word_key place = key_of(record.seq);
    const bytes id_value = make_value({accepted.booking.value});
    WHORL_TRY(txn.put(table_at(order), place, id_value));
    WHORL_TRY(txn.put(table_at(open_ones), place, id_value));
    WHORL_TRY(txn.insert(table_at(tcns), tcn_key(accepted.ori, accepted.tcn), id_value));
    for (const std::string& owner : {accepted.ori, accepted.ori.substr(0, 2)})
      WHORL_TRY(txn.put(table_at(owners), key_of_place(key_of(owner), record.seq), id_value));
    return {};
  }

  status answer(lmdb::write_transaction& txn, const booking_answered& answered,
                const fact_record& record) {
    WHORL_ASSIGN(auto row, find_row(txn, answered.booking));
    if (!row) return {};
    const bool criminal = answered.gallery == gallery_kind::criminal;
    if (!criminal && row->accepted.mode == jurisdiction_mode::inactive) return {};
    std::optional<booking_answered>& place = criminal ? row->criminal : row->immigration;
    if (is_final(place)) return {};
    place = answered;
    WHORL_TRY(txn.put(table_at(answers),
                      key_of(answered.booking.value, std::uint64_t(answered.gallery)),
                      record.payload));
    if (!is_closed(*row)) return {};
    WHORL_ASSIGN(const auto stored, txn.get(table_at(bookings), key_of(answered.booking.value)));
    WHORL_TRY(txn.erase(table_at(open_ones), key_of(value_word(*stored, 0))));
    return {};
  }

  result<std::optional<booking_answered>> find_answer(const lmdb::transaction& txn, booking_id id,
                                                      gallery_kind gallery) const {
    WHORL_ASSIGN(const auto stored,
                 txn.get(table_at(answers), key_of(id.value, std::uint64_t(gallery))));
    if (!stored) return std::optional<booking_answered>{};
    WHORL_ASSIGN(auto found,
                 decode_stored_as<booking_answered>(*stored, "answer of booking " + to_string(id)));
    return std::optional<booking_answered>(std::move(found));
  }

  result<std::optional<booking_row>> find_row(const lmdb::transaction& txn, booking_id id) const {
    WHORL_ASSIGN(const auto stored, txn.get(table_at(bookings), key_of(id.value)));
    if (!stored) return std::optional<booking_row>{};
    if (stored->size() < 8)
      return make_error(errc::corrupt, "booking " + to_string(id) + ": damaged row: rebuild");
    booking_row row;
    WHORL_ASSIGN(row.accepted, decode_stored_as<booking_accepted>(stored->subspan(8),
                                                                  "booking " + to_string(id)));
    WHORL_ASSIGN(row.criminal, find_answer(txn, id, gallery_kind::criminal));
    WHORL_ASSIGN(row.immigration, find_answer(txn, id, gallery_kind::immigration));
    return std::optional<booking_row>(std::move(row));
  }
};

}  // namespace

bool is_closed(const booking_row& row) {
  if (!is_final(row.criminal)) return false;
  if (row.accepted.mode == jurisdiction_mode::inactive) return true;
  if (row.criminal->decision == answer_decision::failed && !row.immigration) return true;
  return is_final(row.immigration);
}

result<std::unique_ptr<booking_store>> open_booking_store(const std::string& folder, bool durable) {
  auto store = std::make_unique<lmdb_booking_store>();
  WHORL_TRY(store->open(folder, durable));
  return std::unique_ptr<booking_store>(std::move(store));
}

}  // namespace whorl::storage
