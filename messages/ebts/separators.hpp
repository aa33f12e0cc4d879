// The four information separators and the sizes of the traditional encoding (ANSI/NIST-ITL 1-2000
// to 1-2011, annex "Traditional encoding"). Used by the reader and the writer; holds no state.
#pragma once

#include <cstddef>

namespace whorl::ebts {

inline constexpr char fs = '\x1c';  ///< ends a record that is made of tagged fields
inline constexpr char gs = '\x1d';  ///< between two fields
inline constexpr char rs = '\x1e';  ///< between two subfields
inline constexpr char us = '\x1f';  ///< between two items

/// LEN(4) IDC(1) IMP(1) FGP(6) ISR(1) HLL(2) VLL(2) GCA(1), big-endian; image data follow.
inline constexpr std::size_t type4_header_bytes = 18;

constexpr bool is_separator(char c) { return c >= fs && c <= us; }

}  // namespace whorl::ebts
