// What somebody with the store's files can do to the audit, through raw LMDB: careless edits, and
// those of a forger who computes every digest anew. Used by tests of storage and of the program.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/bytes.hpp"

namespace whorl::test {

class audit_edits {
 public:
  explicit audit_edits(std::string journal_folder) : folder_(std::move(journal_folder)) {}
  /// A letter inside the row's payload.
  void flip_byte(std::uint64_t seq);
  void remove(std::uint64_t seq);
  void swap(std::uint64_t a, std::uint64_t b);
  /// Rows above `seq` go; with_tail: the tail row is rewritten to say so.
  void cut_after(std::uint64_t seq, bool with_tail);
  /// Every row's digests and the tail, as if they had always been so.
  void recompute_chain();
  void remove_and_close_up(std::uint64_t seq);

 private:
  std::vector<bytes> read() const;                                ///< values, row 1 first
  void write(const std::vector<bytes>& values, bool tail) const;  ///< replaces all
  std::string folder_;
};

}  // namespace whorl::test
