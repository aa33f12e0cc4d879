#include "storage/projection_base.hpp"

#include <algorithm>

#include "messages/planted_bug.hpp"
#include "messages/wire.hpp"

namespace whorl::storage {
namespace {

constexpr std::string_view position_key = "position";

std::string place_of(stream_id stream, std::uint64_t seq) {
  return "stream " + std::string(to_string(stream)) + ", fact " + std::to_string(seq);
}

/// Checks that `f` is the fact after `at` and moves `at` onto it.
status follow(stream_id stream, const fact_record& f, stream_tail& at, const std::string& folder) {
  if (f.stream != stream)
    return make_error(errc::invalid_input, folder + ": follows stream " +
                                               std::string(to_string(stream)) + ", was given " +
                                               place_of(f.stream, f.seq));
  if (f.seq != at.seq + 1)
    return make_error(errc::conflict, folder + ": " + place_of(stream, f.seq) +
                                          " leaves a gap: the next to apply is " +
                                          std::to_string(at.seq + 1));
  if (f.previous != at.self)
    return make_error(errc::corrupt, folder + ": " + place_of(stream, f.seq) +
                                         " follows another fact than the one applied here: store "
                                         "and stream have parted, rebuild the store");
  if (f.self != fact_digest(f.previous, stream, f.seq, f.message_id, f.payload))
    return make_error(errc::corrupt, folder + ": " + place_of(stream, f.seq) +
                                         ": content and digest disagree: verify the journal");
  at = {f.seq, f.self};
  return {};
}

}  // namespace

result<stream_tail> stored_position(const lmdb::transaction& txn, lmdb::table meta) {
  WHORL_ASSIGN(const auto stored, txn.get(meta, view_of(position_key)));
  stream_tail tail;
  if (!stored) return tail;
  if (stored->size() != 40)
    return make_error(errc::corrupt, "damaged position row: rebuild the store");
  tail.seq = value_word(*stored, 0);
  std::copy_n(stored->begin() + 8, 32, tail.self.begin());
  return tail;
}

status projection_core::attach(std::shared_ptr<lmdb::environment> env,
                               const store_identity& identity) {
  env_ = std::move(env);
  WHORL_TRY(check_identity(*env_, env_->at(0), identity));
  WHORL_ASSIGN(const lmdb::transaction txn, env_->read());
  WHORL_ASSIGN(applied_, stored_position(txn, env_->at(0)));
  persisted_seq_ = applied_.seq;
  return {};
}

stream_tail projection_core::position() const {
  const std::lock_guard lock(guard_);
  return applied_;
}

status projection_core::apply_all(stream_id stream, std::span<const fact_record> facts) {
  stream_tail at = position();
  while (!facts.empty() && facts.front().stream == stream && facts.front().seq <= at.seq)
    facts = facts.subspan(1);
  if (facts.empty()) return {};
  std::vector<fact> decoded;
  decoded.reserve(facts.size());
  bool changes = false;
  for (const fact_record& record : facts) {
    WHORL_TRY(follow(stream, record, at, env_->folder()));
    auto what = wire::decode_fact(record.payload);
    if (!what)
      return make_error(what.error().code, env_->folder() + ": " + place_of(stream, record.seq) +
                                               ": " + what.error().message);
    if (!changes || planted(planted_bug::batch_counts_by_its_last_fact)) {
      WHORL_ASSIGN(changes, concerns(*what));
    }
    decoded.push_back(*std::move(what));
  }
  if (changes || at.seq - persisted_seq_ >= position_lag_max) {
    WHORL_TRY(write(facts, decoded, at));
    persisted_seq_ = at.seq;
  }
  {
    const std::lock_guard lock(guard_);
    applied_ = at;
  }
  return changes ? after_commit() : status{};
}

status projection_core::write(std::span<const fact_record> records, std::span<const fact> facts,
                              const stream_tail& end) {
  WHORL_ASSIGN(lmdb::write_transaction txn, env_->write());
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (planted(planted_bug::audit_rows_of_a_batch_are_lost) && i > 0 && facts.size() < 8 &&
        records[i].stream == stream_id::audit)
      continue;
    WHORL_TRY(apply_one(txn, facts[i], records[i]));
  }
  WHORL_TRY(txn.put(env_->at(0), view_of(position_key), make_value({end.seq}, end.self)));
  return txn.commit();
}

status catch_up(const journal& log, projection& store) {
  constexpr std::size_t batch = 1024;
  const stream_tail at = store.applied();
  if (at.seq > 0) {
    // A log that lost its unsynced tail hands out the same seq again: compare before reading on.
    WHORL_ASSIGN(const auto last, log.read(store.follows(), at.seq, 1));
    if (last.empty() || last.front().seq != at.seq || last.front().self != at.self)
      return make_error(errc::corrupt,
                        "the store has applied " + place_of(store.follows(), at.seq) +
                            ", which the journal does not hold (any more): store and "
                            "stream have parted, rebuild the store");
  }
  while (true) {
    WHORL_ASSIGN(const auto facts, log.read(store.follows(), store.applied().seq + 1, batch));
    if (facts.empty()) return {};
    WHORL_TRY(store.apply(facts));
  }
}

}  // namespace whorl::storage
