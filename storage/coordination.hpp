// What the nodes of a cluster agree on: membership, the supervisor's lease and the partition map
// with its epoch. A few small values under names, each with a revision that only grows; a value is
// changed only by who has seen the one before. Two implementations, one contract test
// (tests/storage/coordination_contract.hpp): in memory, for tests and a single process, and a
// bucket in the cluster's servers (storage/jetstream/buckets.hpp). Safe from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "messages/bytes.hpp"
#include "messages/result.hpp"

namespace whorl::storage {

struct stored_value {
  bytes value;
  std::uint64_t revision = 0;  ///< from 1; grows with every change of any key
  friend bool operator==(const stored_value&, const stored_value&) = default;
};

class coordination {
 public:
  virtual ~coordination() = default;
  /// Errors of all: invalid_input (a key is letters, digits, '-', '_', '=', '/' and '.', not at
  /// either end), limit_exceeded (limits::bucket_key_max, limits::bucket_value_max), unavailable
  /// (of a change: it may have happened, ask before anything rests on it).
  virtual result<std::optional<stored_value>> get(std::string_view key) const = 0;
  /// The revision of the new value; conflict: the key has one already.
  virtual result<std::uint64_t> create(std::string_view key, byte_view value) = 0;
  /// conflict: the key's revision is not `seen`, or it has no value.
  virtual result<std::uint64_t> update(std::string_view key, byte_view value,
                                       std::uint64_t seen) = 0;
};

/// What every implementation refuses alike.
status check_key(std::string_view key);
status check_value(byte_view value);
/// Whose revision moved on: the same words everywhere.
error moved_on(std::string_view key, std::uint64_t seen, std::uint64_t now);

std::unique_ptr<coordination> make_coordination_in_memory();

}  // namespace whorl::storage
