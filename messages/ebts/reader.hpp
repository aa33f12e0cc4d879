// Reads the traditional encoding of ANSI/NIST-ITL 1 (1998 to 2011) as EBTS uses it. The answer owns
// copies; the bytes may go away. Strict on structure: LEN of every record, separators, CNT
// agreement in type, order and IDC, item counts of the fields in shape.hpp, limits::*. Lenient
// where real files are odd: tags of two or three digits ("1.04", "1.004"), repeated fields, a tag
// that names another record type of the same file ("13.005" inside a Type-9), free text of any
// bytes. Image data are not read. What cannot be seen: a damaged character inside text or image
// data, and a damaged CNT that turns one of the binary Types 3 to 8 into another, since those
// records do not name their type. No exception leaves, whatever the bytes; work and memory are
// linear in their number.
#pragma once

#include <cstddef>

#include "messages/bytes.hpp"
#include "messages/ebts/transaction.hpp"
#include "messages/result.hpp"

namespace whorl::ebts {

/// Items of all fields of one transaction together: a guard, since one separator byte makes a
/// string. Twenty prints of 255 minutiae with 13 items each are 66,300.
inline constexpr std::size_t transaction_items_max = std::size_t{1} << 18;

/// Errors: invalid_input, limit_exceeded; the text names record, field, offset, found and expected.
result<transaction> read_transaction(byte_view bytes);

}  // namespace whorl::ebts
