// What the LMDB projections share: the position in their stream, checked, persisted in the same
// transaction as the data, and advanced in memory alone over facts that change nothing here.
//
// Why the position may run ahead of the disk: the facts between the persisted position P and the
// one in memory M changed no row, so the tables at P and at M are the same. A crash falls back to
// P; the facts (P, M] are read again, change nothing again, and the digest chain is checked again
// from P. The gap is kept below position_lag_max facts, so that a restart reads few of them again.
//
// Facts that decode but do not belong in the stream are passed over: a log cannot be mended, and
// every replica passes over the same. A fact that does not decode stops the projection (a newer
// program may have written it).
#pragma once

#include <memory>
#include <mutex>

#include "storage/lmdb.hpp"
#include "storage/projection.hpp"
#include "storage/rows.hpp"

namespace whorl::storage {

inline constexpr std::uint64_t position_lag_max = 4096;

class projection_core {
 public:
  virtual ~projection_core() = default;

 protected:
  /// Table 0 of `env` is its meta table. Checks the identity and reads the position.
  status attach(std::shared_ptr<lmdb::environment> env, const store_identity& identity);
  stream_tail position() const;
  status apply_all(stream_id stream, std::span<const fact_record> facts);
  const std::shared_ptr<lmdb::environment>& env() const { return env_; }
  lmdb::table table_at(std::size_t index) const { return env_->at(index); }

  /// Could this fact change a row here? Asked about committed state, for a batch of which no fact
  /// before this one changes anything.
  virtual result<bool> concerns(const fact&) const { return true; }
  /// Makes the fact's changes; facts that change nothing are passed over.
  virtual status apply_one(lmdb::write_transaction& txn, const fact& what,
                           const fact_record& record) = 0;
  /// After a batch is committed; an error is the batch's, which stays applied.
  virtual status after_commit() { return {}; }

 private:
  status write(std::span<const fact_record> records, std::span<const fact> facts,
               const stream_tail& end);
  std::shared_ptr<lmdb::environment> env_;
  mutable std::mutex guard_;  ///< of applied_: views are made on other threads
  stream_tail applied_;
  std::uint64_t persisted_seq_ = 0;  ///< the applier's own: at or behind applied_.seq
};

/// The position persisted in a snapshot; `meta` is the meta table.
result<stream_tail> stored_position(const lmdb::transaction& txn, lmdb::table meta);

/// A projection interface with the shared half filled in.
template <class Interface>
class projected : public Interface, protected projection_core {
 public:
  stream_tail applied() const final { return position(); }
  status apply(std::span<const fact_record> facts) final {
    return apply_all(this->follows(), facts);
  }
};

}  // namespace whorl::storage
