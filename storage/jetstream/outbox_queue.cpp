#include "storage/jetstream/outbox_queue.hpp"

#include <algorithm>

#include "storage/rows.hpp"

namespace whorl::storage::jetstream {
namespace {

constexpr store_identity identity{{'f', 'a', 'c', 't', 'b', 'o', 'x', 0}, 1, 0, 0};
constexpr const char* tables[] = {"meta", "facts"};

// A row: stream, flags, expected seq, seq, acknowledged ms, message id length, payload length (LE64
// each), then message id and payload, each padded with zeros to a multiple of 8.
constexpr std::size_t words = 7, header_bytes = 8 * words;
constexpr std::uint64_t flag_with_previous = 1, flag_expected = 2;

bytes encode_row(const queued_fact& f, byte_view payload) {
  const std::uint64_t flags =
      (f.with_previous ? flag_with_previous : 0) | (f.expected_seq ? flag_expected : 0);
  bytes row = make_value({std::uint64_t(f.stream), flags, f.expected_seq.value_or(0), f.seq,
                          static_cast<std::uint64_t>(f.acknowledged_at.ms), f.message_id.size(),
                          payload.size()});
  const byte_view id = view_of(f.message_id);
  row.insert(row.end(), id.begin(), id.end());
  row.resize(padded(row.size()));
  row.insert(row.end(), payload.begin(), payload.end());
  row.resize(padded(row.size()));
  return row;
}

error damaged(const std::string& folder) {
  return make_error(errc::corrupt, folder + ": damaged row of the outbox of facts: restore it");
}

bool fits(byte_view row) {
  if (row.size() < header_bytes) return false;
  const std::uint64_t stream = value_word(row, 0), id_size = value_word(row, 5),
                      payload_size = value_word(row, 6), room = row.size() - header_bytes;
  return stream >= 1 && stream <= std::size(all_streams) && id_size <= room &&
         payload_size <= room && padded(id_size) + padded(payload_size) == room;
}

queued_fact decode_row(std::uint64_t order, byte_view row) {
  queued_fact f;
  f.order = order;
  f.stream = static_cast<stream_id>(value_word(row, 0));
  const std::uint64_t flags = value_word(row, 1);
  f.with_previous = (flags & flag_with_previous) != 0;
  if ((flags & flag_expected) != 0) f.expected_seq = value_word(row, 2);
  f.seq = value_word(row, 3);
  f.acknowledged_at.ms = static_cast<std::int64_t>(value_word(row, 4));
  const byte_view id = row.subspan(header_bytes, value_word(row, 5));
  f.message_id.assign(reinterpret_cast<const char*>(id.data()), id.size());
  f.bytes = row.size();
  return f;
}

byte_view payload_in(byte_view row) {
  return row.subspan(header_bytes + padded(value_word(row, 5)), value_word(row, 6));
}

}  // namespace

result<std::unique_ptr<outbox_queue>> outbox_queue::open(const std::string& folder,
                                                         std::uint64_t map_bytes, bool durable) {
  WHORL_ASSIGN(auto env, lmdb::environment::open(folder, tables, {map_bytes, durable, false}));
  WHORL_TRY(check_identity(*env, env->at(0), identity));
  std::unique_ptr<outbox_queue> made(new outbox_queue(std::move(env)));
  WHORL_TRY(made->load());
  return made;
}

status outbox_queue::load() {
  WHORL_ASSIGN(const lmdb::transaction txn, env_->read());
  WHORL_ASSIGN(lmdb::cursor rows, txn.scan(env_->at(1)));
  WHORL_ASSIGN(std::optional<lmdb::row> row, rows.first());
  while (row) {
    if (row->key.size() != 8 || !fits(row->value)) return damaged(env_->folder());
    facts_.push_back(decode_row(key_word(row->key, 0), row->value));
    bytes_ += facts_.back().bytes;
    next_order_ = facts_.back().order + 1;
    WHORL_ASSIGN(row, rows.next());
  }
  return {};
}

std::size_t outbox_queue::bytes_of(const append_request& request) {
  return header_bytes + padded(request.message_id.size()) + padded(request.payload.size());
}

status outbox_queue::add(std::span<const append_request* const> requests) {
  WHORL_ASSIGN(lmdb::write_transaction txn, env_->write());
  WHORL_TRY(put_touched(txn));
  std::vector<queued_fact> added;
  for (const append_request* request : requests) {
    queued_fact f;
    f.order = next_order_ + added.size();
    f.stream = request->stream;
    f.message_id = request->message_id;
    f.expected_seq = request->expected_seq;
    f.with_previous = request->with_previous;
    f.bytes = bytes_of(*request);
    WHORL_TRY(txn.append(env_->at(1), key_of(f.order), encode_row(f, request->payload)));
    added.push_back(std::move(f));
  }
  WHORL_TRY(txn.commit());
  touched_.clear();
  next_order_ += added.size();
  for (queued_fact& f : added) {
    bytes_ += f.bytes;
    facts_.push_back(std::move(f));
  }
  return {};
}

std::deque<queued_fact>::iterator outbox_queue::place_of(std::uint64_t order) {
  return std::lower_bound(
      facts_.begin(), facts_.end(), order,
      [](const queued_fact& f, std::uint64_t wanted) { return f.order < wanted; });
}

status outbox_queue::put_touched(lmdb::write_transaction& txn) {
  for (const std::uint64_t order : touched_) {
    const auto f = place_of(order);
    if (f == facts_.end() || f->order != order) continue;
    WHORL_ASSIGN(const auto row, txn.get(env_->at(1), key_of(order)));
    if (!row || !fits(*row)) return damaged(env_->folder());
    const whorl::bytes payload(payload_in(*row).begin(), payload_in(*row).end());
    WHORL_TRY(txn.put(env_->at(1), key_of(order), encode_row(*f, payload)));
  }
  return {};
}

status outbox_queue::remove(std::span<const std::uint64_t> orders) {
  if (orders.empty() && touched_.empty()) return {};
  WHORL_ASSIGN(lmdb::write_transaction txn, env_->write());
  WHORL_TRY(put_touched(txn));
  for (const std::uint64_t order : orders) WHORL_TRY(txn.erase(env_->at(1), key_of(order)));
  WHORL_TRY(txn.commit());
  touched_.clear();
  // Those who go stand together at an end, nearly always.
  const auto goes = [&](const queued_fact& f) {
    return std::binary_search(orders.begin(), orders.end(), f.order);
  };
  while (!facts_.empty() && goes(facts_.front())) {
    bytes_ -= facts_.front().bytes;
    facts_.pop_front();
  }
  while (!facts_.empty() && goes(facts_.back())) {
    bytes_ -= facts_.back().bytes;
    facts_.pop_back();
  }
  // In between: dropped ones that unacknowledged facts came after.
  for (const std::uint64_t order : orders) {
    const auto f = place_of(order);
    if (f == facts_.end() || f->order != order) continue;
    bytes_ -= f->bytes;
    facts_.erase(f);
  }
  return {};
}

result<whorl::bytes> outbox_queue::payload_of(const queued_fact& fact) const {
  WHORL_ASSIGN(const lmdb::transaction txn, env_->read());
  WHORL_ASSIGN(const auto row, txn.get(env_->at(1), key_of(fact.order)));
  if (!row || !fits(*row)) return damaged(env_->folder());
  const byte_view payload = payload_in(*row);
  return whorl::bytes(payload.begin(), payload.end());
}

}  // namespace whorl::storage::jetstream
