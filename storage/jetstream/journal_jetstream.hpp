// The journal of a cluster: six JetStream file streams, each replicated by the servers' own
// consensus (decision 0022). The server compares the expected tail, so that the digest chain has
// one order, and takes one message per subject, so that a message id is one fact. With replicas,
// append to a stream from one process at a time: what writers who contend have refused, replicas of
// nats-server 2.9 may count differently when a server stands still, and then they hold different
// facts. An acknowledged fact may still be lost when all servers lose power at once, since
// this version of nats-server syncs lazily: put an outbox (outbox_journal.hpp) before it. Reads are
// safe from any thread; appends wait for one another.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "storage/jetstream/connection.hpp"
#include "storage/journal.hpp"

namespace whorl::storage::jetstream {

/// The smallest max_payload of nats-server that the largest fact fits into.
inline constexpr std::size_t server_payload_bytes_min = 9u << 20;

struct jetstream_options {
  /// Streams are named <prefix>_bookings and so on, subjects <prefix>.bookings.<hash>: letters,
  /// digits, '-' and '_'.
  std::string prefix = "whorl";
  int replicas = 3;  ///< of each stream; 1 on a single server
  /// How long the server remembers ids of messages that carry one. Facts carry none (decision
  /// 0022); at least 100.
  int duplicate_window_ms = 120'000;
  /// Asked between reading a stream's tail and sending what is to follow it; its error is the
  /// append's. Empty: always. Who may append, and has written something to each stream when that
  /// began, is so kept apart from whoever might before (docs/decisions/0026).
  std::function<status()> may_append{};
};

/// Opens the streams, making them when absent. Errors: conflict (a stream of that name has other
/// settings), unavailable (no leader within the connection's patience), limit_exceeded (the
/// server's max_payload is below server_payload_bytes_min), as connection::open.
///
/// Of the journal's own errors, unavailable means here that the outcome is not known or that
/// nothing was done: the same request again is safe.
result<std::unique_ptr<journal>> open_jetstream_journal(std::shared_ptr<connection> where,
                                                        jetstream_options options = {});

}  // namespace whorl::storage::jetstream
