// How many items and subfields a field has, for the fields where ANSI/NIST-ITL and EBTS fix it. A
// damaged separator changes these counts and nothing else, so the reader checks them. Facts from
// data/ebts/fields.csv (rows "subfield item" and the column `occurs`).
#pragma once

#include <cstdint>

namespace whorl::ebts {

struct field_shape {
  std::uint8_t type;
  std::uint16_t number;
  std::uint16_t items_min;  ///< in each subfield
  std::uint16_t items_max;
  std::uint16_t subfields_max;
};

/// The shape of that field, or null when it is free.
const field_shape* shape_of(unsigned type, unsigned number);

}  // namespace whorl::ebts
