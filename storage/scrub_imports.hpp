// What the scrubber does about bulk-imported people, who are not in the journal: their sealed
// records stand in the partition itself, and give back everything else about them.
#pragma once

#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "messages/facts.hpp"
#include "storage/keyring.hpp"
#include "storage/table_compare.hpp"

namespace whorl::storage {

struct import_salvage {
  std::map<instant, std::vector<subject_record>> people;  ///< by the time of their import
  std::unordered_set<std::uint64_t> ids;
  std::vector<error> lost;  ///< records that do not open: named
};

/// Reads the imported people of a partition whose pages are whole. Errors: those of opening it.
result<import_salvage> salvage_imports(const std::string& folder, const keyring& keys);

using row_excuse = std::function<bool(const row_difference& what)>;

/// The sealed record of an imported person is another each time it is sealed: no damage, since it
/// was opened.
row_excuse excuse_of(const import_salvage& salvage);

}  // namespace whorl::storage
