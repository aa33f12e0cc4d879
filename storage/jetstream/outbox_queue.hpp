// The rows of a producer's outbox: facts in the order in which they were handed in, in an LMDB
// environment of their own, and what is known of each. What is known also stands in memory, without
// the payloads. Owned by the outbox journal, which bounds it; not safe from several threads.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "messages/ids.hpp"
#include "storage/journal.hpp"
#include "storage/lmdb.hpp"

namespace whorl::storage::jetstream {

struct queued_fact {
  std::uint64_t order = 0;  ///< from 1; neighbours in a batch are neighbours here
  stream_id stream = stream_id::bookings;
  std::string message_id;
  std::optional<std::uint64_t> expected_seq;
  bool with_previous = false;  ///< of the row with the order before
  std::uint64_t seq = 0;       ///< in its stream, once acknowledged; 0: not known to be there
  instant acknowledged_at{};
  bool proved = false;    ///< seen in the inner journal since; not stored
  std::size_t bytes = 0;  ///< of its row
};

class outbox_queue {
 public:
  /// Errors: those of lmdb::environment::open; corrupt (a damaged row).
  static result<std::unique_ptr<outbox_queue>> open(const std::string& folder,
                                                    std::uint64_t map_bytes, bool durable);

  std::deque<queued_fact>& facts() { return facts_; }
  std::uint64_t bytes() const { return bytes_; }
  /// Of a request's row.
  static std::size_t bytes_of(const append_request& request);

  /// Adds all at the end, durably, as one commit; rows that were touched before go with it.
  status add(std::span<const append_request* const> requests);
  /// What a fact in memory says now is to be written with the next commit.
  void touch(const queued_fact& fact) { touched_.push_back(fact.order); }
  /// Takes out the facts of these orders (ascending) and writes what was touched: one commit,
  /// durable.
  status remove(std::span<const std::uint64_t> orders);
  result<whorl::bytes> payload_of(const queued_fact& fact) const;

 private:
  explicit outbox_queue(std::shared_ptr<lmdb::environment> env) : env_(std::move(env)) {}
  status load();
  status put_touched(lmdb::write_transaction& txn);
  /// The fact of that order, or the first after it.
  std::deque<queued_fact>::iterator place_of(std::uint64_t order);

  std::shared_ptr<lmdb::environment> env_;
  std::deque<queued_fact> facts_;
  std::uint64_t bytes_ = 0, next_order_ = 1;
  std::vector<std::uint64_t> touched_;
};

}  // namespace whorl::storage::jetstream
