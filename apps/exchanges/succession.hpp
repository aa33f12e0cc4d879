// Which exchanges of a store may hold the lease: those that have every key that a fact needs
// (docs/decisions/0026). Pure but for what is read from the journal.
//
//   holder makes or destroys a key -> every standby that is waited for has it -> facts rest on it
//   a standby that does not say so in time is taken out of the record first, then waited for no
//   more who takes the lease must stand in the record, and writes it anew, itself as the holder
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "messages/exchanges.hpp"
#include "messages/result.hpp"
#include "storage/journal.hpp"

namespace whorl::apps::exchanges {

/// Ids of the rows by which each new holder begins to append, in every stream.
inline constexpr std::string_view epoch_row_prefix = "exchange/epoch/";

/// Whether `log` has a fact that may rest on a key. Audit rows do not, and epoch rows: an exchange
/// that was never used has nothing else, and no key.
result<bool> has_facts_with_keys(const storage::journal& log);

/// Whether `name` may take the lease. `is_empty`: its store has no key. `has_facts`: as
/// has_facts_with_keys. Error unavailable says what to do.
status may_take_over(const std::optional<succession_record>& record, const std::string& name,
                     bool is_empty, bool has_facts);

/// The standbys of a holder, and what each has. Positions are numbers of changes. Owner: key_feed.
class standby_set {
 public:
  /// It has every change up to `has`; one that has them all is waited for from now on.
  void heard(const std::string& name, std::uint64_t has, std::uint64_t last);
  /// Those that are waited for and have not said that they have change `which`.
  std::vector<std::string> lagging(std::uint64_t which) const;
  /// Waited for, and not in the record.
  std::vector<std::string> joining() const;
  /// These are about to be written: from now on any of them may stand in the record.
  void writing(const std::vector<std::string>& names) {
    possible_.insert(names.begin(), names.end());
  }
  /// The record holds these now, and no others.
  void recorded(const std::vector<std::string>& names);
  std::vector<std::string> in_sync() const { return {recorded_.begin(), recorded_.end()}; }
  /// Who stands in the record for certain, without these, in order; to be recorded before drop().
  std::vector<std::string> without(const std::vector<std::string>& names) const;
  /// Whether the record may hold anybody else than these.
  bool may_differ_from(const std::vector<std::string>& names) const {
    return recorded_ != possible_ || recorded_ != std::set(names.begin(), names.end());
  }
  /// Waited for no more.
  void drop(const std::vector<std::string>& names);

 private:
  std::map<std::string, std::uint64_t> waited_for_;  ///< with what it has
  std::set<std::string> recorded_, possible_;  ///< for certain; after a write without an answer
};

}  // namespace whorl::apps::exchanges
