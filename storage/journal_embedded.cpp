// The journal on this machine: one LMDB environment; per stream a table of facts in order and a
// table of message ids, plus one table of tails. A batch is one transaction: one fsync for all of
// it.
#include <algorithm>

#include "messages/limits.hpp"
#include "storage/journal.hpp"
#include "storage/layout.hpp"
#include "storage/rows.hpp"

namespace whorl::storage {
namespace {

constexpr store_identity identity{{'j', 'o', 'u', 'r', 'n', 'a', 'l', 0}, 1, 0, 0};

// A stored fact: previous (32), self (32), message id length (8), payload length (8), then message
// id and payload, each padded with zeros to a multiple of 8.
constexpr std::size_t header_bytes = 80;

bytes encode_row(const fact_record& f) {
  bytes row;
  row.reserve(header_bytes + padded(f.message_id.size()) + padded(f.payload.size()));
  row.insert(row.end(), f.previous.begin(), f.previous.end());
  row.insert(row.end(), f.self.begin(), f.self.end());
  const bytes lengths = make_value({f.message_id.size(), f.payload.size()});
  row.insert(row.end(), lengths.begin(), lengths.end());
  const byte_view id = view_of(f.message_id);
  row.insert(row.end(), id.begin(), id.end());
  row.resize(padded(row.size()));
  row.insert(row.end(), f.payload.begin(), f.payload.end());
  row.resize(padded(row.size()));
  return row;
}

result<fact_record> decode_row(stream_id stream, const lmdb::row& row) {
  const auto damaged = [&] {
    return make_error(
        errc::corrupt,
        "journal, stream " + std::string(to_string(stream)) + ", fact " +
            (row.key.size() == 8 ? std::to_string(key_word(row.key, 0)) : std::string("?")) +
            ": damaged row: restore the journal from a good copy");
  };
  if (row.key.size() != 8 || row.value.size() < header_bytes) return damaged();
  const std::uint64_t id_size = value_word(row.value, 8), payload_size = value_word(row.value, 9);
  const std::size_t room = row.value.size() - header_bytes;
  if (id_size > room || payload_size > room || padded(id_size) + padded(payload_size) != room)
    return damaged();
  fact_record f;
  f.stream = stream;
  f.seq = key_word(row.key, 0);
  std::copy_n(row.value.begin(), 32, f.previous.begin());
  std::copy_n(row.value.begin() + 32, 32, f.self.begin());
  const byte_view id = row.value.subspan(header_bytes, id_size);
  f.message_id.assign(reinterpret_cast<const char*>(id.data()), id.size());
  const byte_view payload = row.value.subspan(header_bytes + padded(id_size), payload_size);
  f.payload.assign(payload.begin(), payload.end());
  return f;
}

class embedded_journal final : public journal {
 public:
  explicit embedded_journal(std::shared_ptr<lmdb::environment> env) : env_(std::move(env)) {}

  std::vector<result<append_outcome>> append(std::span<const append_request> batch) override;
  result<std::vector<fact_record>> read(stream_id stream, std::uint64_t from_seq,
                                        std::size_t max_records) const override;
  result<stream_tail> tail(stream_id stream) const override;
  result<std::optional<fact_record>> find(stream_id stream,
                                          std::string_view message_id) const override;

 private:
  lmdb::table facts(stream_id stream) const { return env_->at(2u * unsigned(stream)); }
  lmdb::table ids(stream_id stream) const { return env_->at(2u * unsigned(stream) + 1); }
  result<stream_tail> tail_in(const lmdb::transaction& txn, stream_id stream) const;
  status commit_batch(std::span<const append_request> batch,
                      std::vector<result<append_outcome>>& outcomes);
  status place(lmdb::write_transaction& txn, const append_request& request,
               result<append_outcome>& outcome);

  std::shared_ptr<lmdb::environment> env_;
};

std::vector<result<append_outcome>> embedded_journal::append(
    std::span<const append_request> batch) {
  if (batch.size() > limits::journal_batch_max)
    return {batch.size(),
            make_error(errc::limit_exceeded, "append: more than " +
                                                 std::to_string(limits::journal_batch_max) +
                                                 " facts in one batch: split it")};
  std::vector<result<append_outcome>> outcomes(batch.size(), append_outcome{});
  for (std::size_t i = 0; i < batch.size(); ++i)
    if (const status fit = check_append(batch[i]); !fit) outcomes[i] = fit.error();
  if (const status committed = commit_batch(batch, outcomes); !committed)
    for (auto& outcome : outcomes)
      if (outcome) outcome = committed.error();
  return outcomes;
}

status embedded_journal::commit_batch(std::span<const append_request> batch,
                                      std::vector<result<append_outcome>>& outcomes) {
  WHORL_ASSIGN(lmdb::write_transaction txn, env_->write());
  bool changed = false;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!outcomes[i]) continue;
    if (is_skipped(batch[i], i == 0 ? nullptr : &outcomes[i - 1])) {
      outcomes[i] = append_outcome{append_kind::skipped, 0};
      continue;
    }
    WHORL_TRY(place(txn, batch[i], outcomes[i]));
    changed |= outcomes[i] && outcomes[i]->kind == append_kind::appended;
  }
  // Duplicates alone change nothing: what they repeat is durable already.
  return changed ? txn.commit() : status{};
}

/// Sets the request's own outcome; an error returned is the whole batch's.
status embedded_journal::place(lmdb::write_transaction& txn, const append_request& request,
                               result<append_outcome>& outcome) {
  const digest id_key = key_of(request.message_id);
  WHORL_ASSIGN(const auto known, txn.get(ids(request.stream), id_key));
  if (known) {
    if (known->size() != 8)
      return make_error(errc::corrupt, "journal: damaged message id row: restore a good copy");
    outcome = append_outcome{append_kind::duplicate, value_word(*known, 0)};
    return {};
  }
  WHORL_ASSIGN(const stream_tail now, tail_in(txn, request.stream));
  if (request.expected_seq && *request.expected_seq != now.seq) {
    outcome = make_error(errc::conflict, "append " + request.message_id + ": stream " +
                                             std::string(to_string(request.stream)) + " is at " +
                                             std::to_string(now.seq) + ", the writer expected " +
                                             std::to_string(*request.expected_seq));
    return {};
  }
  fact_record f{request.stream, now.seq + 1, request.message_id, now.self, {}, request.payload};
  f.self = fact_digest(f.previous, f.stream, f.seq, f.message_id, f.payload);
  WHORL_TRY(txn.append(facts(f.stream), key_of(f.seq), encode_row(f)));
  WHORL_TRY(txn.put(ids(f.stream), id_key, make_value({f.seq})));
  WHORL_TRY(txn.put(env_->at(1), key_of(std::uint64_t(f.stream)), make_value({f.seq}, f.self)));
  outcome = append_outcome{append_kind::appended, f.seq};
  return {};
}

result<stream_tail> embedded_journal::tail_in(const lmdb::transaction& txn,
                                              stream_id stream) const {
  WHORL_ASSIGN(const auto stored, txn.get(env_->at(1), key_of(std::uint64_t(stream))));
  stream_tail tail;
  if (!stored) return tail;
  if (stored->size() != 40)
    return make_error(errc::corrupt, "journal, stream " + std::string(to_string(stream)) +
                                         ": damaged tail row: restore a good copy");
  tail.seq = value_word(*stored, 0);
  std::copy_n(stored->begin() + 8, 32, tail.self.begin());
  return tail;
}

result<stream_tail> embedded_journal::tail(stream_id stream) const {
  WHORL_ASSIGN(const lmdb::transaction txn, env_->read());
  return tail_in(txn, stream);
}

result<std::vector<fact_record>> embedded_journal::read(stream_id stream, std::uint64_t from_seq,
                                                        std::size_t max_records) const {
  std::vector<fact_record> found;
  WHORL_ASSIGN(const lmdb::transaction txn, env_->read());
  WHORL_ASSIGN(lmdb::cursor rows, txn.scan(facts(stream)));
  WHORL_ASSIGN(std::optional<lmdb::row> row, rows.seek(key_of(from_seq)));
  std::size_t payload_bytes = 0;
  while (row && found.size() < max_records && payload_bytes < journal_read_bytes_max) {
    WHORL_ASSIGN(fact_record f, decode_row(stream, *row));
    payload_bytes += f.payload.size();
    found.push_back(std::move(f));
    WHORL_ASSIGN(row, rows.next());
  }
  return found;
}

result<std::optional<fact_record>> embedded_journal::find(stream_id stream,
                                                          std::string_view message_id) const {
  WHORL_ASSIGN(const lmdb::transaction txn, env_->read());
  WHORL_ASSIGN(const auto seq, txn.get(ids(stream), key_of(message_id)));
  if (!seq) return std::optional<fact_record>{};
  if (seq->size() != 8)
    return make_error(errc::corrupt, "journal: damaged message id row: restore a good copy");
  const word_key key = key_of(value_word(*seq, 0));
  WHORL_ASSIGN(const auto value, txn.get(facts(stream), key));
  if (!value)
    return make_error(errc::corrupt, "journal, stream " + std::string(to_string(stream)) +
                                         ": the fact of a known message id is missing: restore a "
                                         "good copy");
  WHORL_ASSIGN(fact_record f, decode_row(stream, {key, *value}));
  return std::optional<fact_record>(std::move(f));
}

}  // namespace

result<std::unique_ptr<journal>> open_embedded_journal(const std::string& folder,
                                                       const journal_options& options) {
  WHORL_ASSIGN(auto env,
               lmdb::environment::open(folder, layout::journal,
                                       {options.map_bytes, options.durable, options.read_only}));
  WHORL_TRY(check_identity(*env, env->at(0), identity));
  return std::unique_ptr<journal>(std::make_unique<embedded_journal>(std::move(env)));
}

}  // namespace whorl::storage
