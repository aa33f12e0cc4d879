// Countersigned heads against the journal: does the stream audit still hold what was signed? The
// digest chain finds what was changed without care; heads that others hold find what was cut or
// rewritten with care, digests and tail included.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/audit_head.hpp"

namespace whorl::storage {

/// Collects heads from wherever they were found and says what they prove.
class audit_proof {
 public:
  /// Both must outlive it.
  audit_proof(const journal& log, const head_verifier& key) : log_(log), key_(key) {}

  /// Checks one head; `where` is for the words. Errors are those of reading the journal; what a
  /// head disproves becomes a finding.
  status add(const std::string& where, const signed_head& head);
  /// A head that cannot be read where one should be.
  void add_unreadable(const std::string& where, const std::string& why);

  /// In the order of adding; each names the row.
  const std::vector<std::string>& findings() const { return findings_; }
  std::size_t checked() const { return checked_; }
  /// The last row that an authentic head which agrees covers: rows up to it are as they were.
  std::uint64_t covered() const { return covered_; }
  /// The first row that an authentic head disagrees about; the damage begins between the two.
  std::optional<std::uint64_t> disproved() const { return disproved_; }

 private:
  const journal& log_;
  const head_verifier& key_;
  std::vector<std::string> findings_;
  std::size_t checked_ = 0;
  std::uint64_t covered_ = 0;
  std::optional<std::uint64_t> disproved_;
};

/// What the journal holds at a head's row; corrupt says what is wrong with it.
status check_against(const journal& log, const audit_head& head);

/// The kept head of the store (audit-head) against the journal, without its signature. Well when
/// there is none: a store of before the heads has none.
status check_kept_head(const std::string& folder, const journal& log);

}  // namespace whorl::storage
