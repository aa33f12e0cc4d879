// What the storage tests share: short ways to make people, facts and journals, and to change stored
// rows behind a store's back.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "messages/facts.hpp"
#include "messages/wire.hpp"
#include "storage/gallery_partition.hpp"
#include "storage/journal.hpp"
#include "storage/keyring.hpp"
#include "storage/lmdb.hpp"
#include "storage/rows.hpp"
#include "tests/support.hpp"

namespace whorl::test {

/// The value of a result; the test stops with the error's text when there is none.
template <class T>
T must(result<T> outcome) {
  if (!outcome) FAIL(to_string(outcome.error().code) << ": " << outcome.error().message);
  return *std::move(outcome);
}
inline void must(const status& outcome) {
  if (!outcome) FAIL(to_string(outcome.error().code) << ": " << outcome.error().message);
}

/// The code of an error, or 0 for success.
template <class T>
errc code_of(const result<T>& outcome) {
  return outcome ? errc{} : outcome.error().code;
}

std::unique_ptr<storage::journal> quick_journal(const std::string& folder);
std::unique_ptr<storage::own_keyring> quick_keyring(const std::string& folder);

/// Facts as a stream would hold them: numbered and chained.
class fact_stream {
 public:
  explicit fact_stream(stream_id stream) : stream_(stream) {}
  /// Adds a fact; returns its seq.
  std::uint64_t add(const fact& what);
  const std::vector<fact_record>& all() const { return records_; }
  std::span<const fact_record> from(std::uint64_t seq) const {
    return std::span(records_).subspan(seq - 1);
  }

 private:
  stream_id stream_;
  std::vector<fact_record> records_;
};

/// A synthetic person's record: ten fingers of the first capture, in ISO form.
subject_record make_record(std::uint64_t id);
/// An id that hashes to `partition` of `count`; `n` picks which of them.
subject_id id_in(std::uint32_t partition, std::uint32_t count, std::uint64_t n);
/// A payload that nobody opens.
sealed_payload closed_payload(std::uint64_t owner, key_purpose purpose);

/// Opens an LMDB folder with the named tables, to change rows behind a closed store's back.
std::shared_ptr<storage::lmdb::environment> tamper(const std::string& folder,
                                                   std::vector<const char*> tables);

}  // namespace whorl::test
