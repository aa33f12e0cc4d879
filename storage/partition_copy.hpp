// A copy of a partition, row by row, from the node that holds it to one that is to hold it too. The
// source is one read transaction: the copy is the partition as it stood at one moment, with the
// position in its stream, from where the new replica follows. Goes on while the partition is
// written to; what writers free meanwhile cannot be used again nor overwritten, so a copy that
// nobody asks for any more must be closed.
//
// Each piece carries the digest of all so far: SHA-256(digest before | table u32 LE | last u8 | for
// each row: key length u64 LE, key, value length u64 LE, value); zeros before the first.
#pragma once

#include <memory>
#include <string>

#include "messages/replication.hpp"
#include "messages/result.hpp"

namespace whorl::storage {

class partition_source {
 public:
  virtual ~partition_source() = default;
  /// The next piece, in order: at most limits::copied_rows_max rows, and of one row or at most
  /// limits::replicated_bytes_max. `copy` and `number` are the caller's to fill in. Not after the
  /// last. Errors: corrupt names a row that disagrees with its checksum.
  virtual result<rows_reply> next() = 0;
};

class partition_target {
 public:
  virtual ~partition_target() = default;
  /// The next piece, durable when it returns. Errors: corrupt when it does not follow (another
  /// table, a key out of order, digest or count disagree); then the copy is to be begun anew.
  virtual status add(const rows_reply& piece) = 0;
};

/// Begins an environment in `folder`, which must not hold one.
result<std::unique_ptr<partition_target>> make_partition_target(const std::string& folder,
                                                                std::uint64_t map_bytes);

/// Of the content after `piece`, whose own `content` is not looked at.
digest content_after(const digest& before, const rows_reply& piece);

}  // namespace whorl::storage
