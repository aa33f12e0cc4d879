// Which fields a transaction must have: the table of EBTS 9.1 for CAR, SRE and ERRT (facts from
// data/ebts/fields.csv; a test compares the two) and of whorl's CARW, which needs what CAR needs
// but Type-9 prints in place of images. No state.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "messages/ebts/transaction.hpp"
#include "messages/result.hpp"

namespace whorl::ebts {

struct mandatory_row {
  std::string_view tot;  ///< empty: in every record of that type, whatever the TOT
  std::uint8_t type;
  std::uint16_t number;
  std::string_view mnemonic;
};

/// Types 1, 2, 10, 13, 14, 15. Not Type 9: its rows are those of the legacy block alone.
std::span<const mandatory_row> mandatory_rows();

/// Refuses (invalid_input) with record and name of the first mandatory field that is absent or
/// empty; for CAR without a Type-4 or Type-14 image, for CARW without a Type-9 record or its domain
/// name. A TOT other than CAR, CARW, SRE, ERRT is unsupported.
status check_mandatory(const transaction& whole);

}  // namespace whorl::ebts
