// The journal: the durable, ordered log of facts (DESIGN section 4). One interface, several
// implementations, one contract test (tests/storage/journal_contract.hpp): embedded (LMDB, here),
// of a cluster (storage/jetstream) and simulated (sim/cluster). The asynchronous side is the
// journal actor, which batches appends.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "messages/facts.hpp"
#include "messages/result.hpp"

namespace whorl::storage {

struct append_request {
  stream_id stream = stream_id::bookings;
  std::string message_id;  ///< unique within the stream; a second append with it changes nothing
  std::optional<std::uint64_t> expected_seq;  ///< the stream's tail as the writer saw it
  bytes payload;
  /// What follows from the request before it in the batch: appended only if that one is.
  bool with_previous = false;
};

enum class append_kind : std::uint8_t {
  appended,
  duplicate,
  skipped  ///< with_previous, and the one before was not appended
};
struct append_outcome {
  append_kind kind = append_kind::appended;
  std::uint64_t seq = 0;  ///< of the new fact, or of the one that has this message id; skipped: 0
};

struct stream_tail {
  std::uint64_t seq = 0;  ///< 0: empty
  digest self{};          ///< of the last fact, zeros when empty
  friend bool operator==(const stream_tail&, const stream_tail&) = default;
};

/// One read returns about this much payload at most, so that a catch-up's memory is bounded.
inline constexpr std::size_t journal_read_bytes_max = 32u << 20;

class journal {
 public:
  virtual ~journal() = default;
  /// One group commit: when it returns, every `appended` outcome is durable (fsync). Requests are
  /// taken in order, each has its own outcome: conflict (expected_seq is not the tail; checked
  /// after the duplicate test), invalid_input (no message id), limit_exceeded (message id or
  /// payload; the whole batch when it has more than limits::journal_batch_max requests); a failed
  /// commit gives every request its error (storage_full, io) and changes nothing.
  virtual std::vector<result<append_outcome>> append(std::span<const append_request> batch) = 0;
  /// Facts from `from_seq` (1 = first) in order, at most max_records and, beyond the first, at most
  /// journal_read_bytes_max of payload; empty at the end. Digests are not compared: verify_stream
  /// does.
  virtual result<std::vector<fact_record>> read(stream_id stream, std::uint64_t from_seq,
                                                std::size_t max_records) const = 0;
  virtual result<stream_tail> tail(stream_id stream) const = 0;
  /// The fact with this message id, or nothing.
  virtual result<std::optional<fact_record>> find(stream_id stream,
                                                  std::string_view message_id) const = 0;
};

/// Whether a request is to be skipped, by the outcome of the one before it; null: it is the first.
bool is_skipped(const append_request& request, const result<append_outcome>* before);

/// What every implementation refuses alike: an empty message id (invalid_input), a message id over
/// limits::text_max or a payload over limits::wire_bytes_max (limit_exceeded).
status check_append(const append_request& request);

/// digest of a fact: SHA-256(previous | stream u8 | seq u64 LE | length u32 LE, message id |
/// payload).
digest fact_digest(const digest& previous, stream_id stream, std::uint64_t seq,
                   std::string_view message_id, byte_view payload);

/// Walks a whole stream and compares every digest and the stored tail: errc::corrupt names stream
/// and seq of the first fact that disagrees. Returns the number of facts. Facts that are appended
/// meanwhile are walked too.
result<std::uint64_t> verify_stream(const journal& log, stream_id stream);

struct journal_options {
  std::uint64_t map_bytes = 256ull << 30;  ///< sparse reservation
  bool durable = true;                     ///< false: no fsync (simulation and tests only)
  bool read_only = false;  ///< of a store that another process may be writing; appends fail
};
/// The embedded journal in `folder`/data.mdb (created when absent).
result<std::unique_ptr<journal>> open_embedded_journal(const std::string& folder,
                                                       const journal_options& options = {});

}  // namespace whorl::storage
