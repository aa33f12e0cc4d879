// The scrubber: reads every byte of a store that is not open, names what is damaged, and rebuilds
// from the journal what the journal can give back. It trusts nothing that it can compute again:
// each projection is made anew beside the old one and compared row by row. One process at a time
// (the store's lock); memory is bounded by one batch of facts.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "messages/result.hpp"
#include "storage/journal.hpp"

namespace whorl::storage {

/// What can be done about damage.
enum class remedy : std::uint8_t {
  rebuild,  ///< computed again from the journal: `repair` does it
  restore,  ///< only a backup has it
  reimport  ///< bulk-imported people are not in the journal: import them again, or restore
};
std::string_view to_string(remedy way);

struct damage {
  std::string where;  ///< part of the store, relative to its folder
  std::string what;
  remedy way = remedy::restore;
  bool repaired = false;
};

struct scrub_report {
  std::vector<damage> found;
  std::uint64_t facts = 0, keys = 0, rows = 0;  ///< read and compared
  bool whole() const;                           ///< nothing is left to do
};

struct scrub_options {
  bool repair = false;
  /// Called as each part begins, with how many are done of how many.
  std::function<void(const std::string& part, std::size_t done, std::size_t all)> on_part;
  /// What the projections are held against in place of the store's own journal, which is then not
  /// looked at (a simulated one).
  journal* log = nullptr;
  bool durable = true;  ///< false: nothing is synced
};

/// Errors: not_found and unavailable as open_store gives them, storage_full and io of the
/// rebuilding. Damage is not an error: it is in the report.
result<scrub_report> scrub_store(const std::string& folder, const scrub_options& options = {});

}  // namespace whorl::storage
