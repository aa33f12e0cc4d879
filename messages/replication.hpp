// How a node of a cluster gets its replicas: first every row of a partition as it stood at one
// moment, then the facts of its gallery's stream since. The node asks, a piece at a time, so that
// no more is on its way than it can take. Sent as Cap'n Proto frames (schema/replication.capnp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/facts.hpp"
#include "messages/ids.hpp"

namespace whorl {

/// Of its replicas' rows a node reads so many bytes a second, to find damage before a search does:
/// 100 GB in seven hours. Its exchange reads a part of as much to compare, for each node.
inline constexpr std::size_t checked_bytes_max = 4u << 20;

/// Behind a row of a partition, in order of tables and keys; behind none: the beginning.
struct row_place {
  std::uint32_t table = 0;
  bytes key;
  friend bool operator==(const row_place&, const row_place&) = default;
};

/// The rows of a partition between two places, the last included (storage/gallery_stretch.hpp).
struct row_stretch {
  row_place after, to;
  digest content{};
  friend bool operator==(const row_stretch&, const row_stretch&) = default;
};

struct facts_request {
  stream_id stream = stream_id::criminal;  ///< a gallery's
  std::uint64_t from_seq = 1;
  std::uint32_t facts_max = 0;
  /// Replicas that they are for: records enrolled in these are opened, and what each stands on is
  /// compared.
  struct replica {
    std::uint32_t partition = 0;
    std::uint64_t applied_seq = 0, imports = 0;
    digest applied{};  ///< of the fact at applied_seq
    /// What it has read of itself, to be compared too; nothing: not now.
    std::optional<row_stretch> checked{};
    friend bool operator==(const replica&, const replica&) = default;
  };
  std::vector<replica> replicas;
  friend bool operator==(const facts_request&, const facts_request&) = default;
};

enum class opened_state : std::uint8_t { plain = 1, purged = 2, damaged = 3 };

/// What a sealed payload of the facts held. Keys stay where they are; what they opened is kept by
/// nobody: a node makes search entries of it.
struct opened_payload {
  key_id key;
  opened_state state = opened_state::plain;
  bytes plain;
  friend bool operator==(const opened_payload&, const opened_payload&) = default;
};

struct facts_reply {
  std::vector<fact_record> facts;
  std::vector<opened_payload> opened;
  std::uint64_t tail_seq = 0;  ///< of the stream, when they were read
  /// Partitions of whose replicas the facts are no continuation: other facts, bulk loads or rows.
  std::vector<std::uint32_t> parted;
  friend bool operator==(const facts_reply&, const facts_reply&) = default;
};

/// A piece of a partition's copy. Number 0 fixes the moment; later numbers go on where the one
/// before ended, and may be asked again.
struct rows_request {
  partition_id partition;
  std::uint64_t copy = 0;  ///< drawn by the node, one for each copy it makes
  std::uint64_t number = 0;
  friend bool operator==(const rows_request&, const rows_request&) = default;
};

struct stored_row {
  bytes key, value;
  friend bool operator==(const stored_row&, const stored_row&) = default;
};

/// Rows of one table in order of their keys; tables in order, each with all of its rows.
struct rows_reply {
  std::uint64_t copy = 0, number = 0;
  std::uint32_t table = 0;
  bool last = false;  ///< of the whole copy
  std::uint64_t rows_so_far = 0;
  digest content{};  ///< over this piece and all before (storage/partition_copy.hpp)
  std::vector<stored_row> rows;
  friend bool operator==(const rows_reply&, const rows_reply&) = default;
};

}  // namespace whorl
