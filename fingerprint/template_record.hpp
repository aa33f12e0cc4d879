// The record that ISO/IEC 19794-2:2005 and ANSI INCITS 378-2004 share: "FMR", a header and views of
// six-byte minutiae. The two standards differ in the header and in the unit of angles (`dialect`).
// Used by iso_template.cpp and ansi_template.cpp only. Limits: limits::template_*.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fingerprint/template.hpp"
#include "messages/bytes.hpp"
#include "messages/result.hpp"

namespace whorl::fingerprint::detail {

enum class record_dialect : std::uint8_t { iso_2005, ansi_2004 };

/// Reads every view. Lenient where real writers stray and nothing is lost by it; anything that runs
/// past the end, or holds a value without a meaning, is refused with its offset and field.
result<std::vector<print_template>> decode_record(byte_view record, record_dialect dialect);

/// Writes a strictly conformant record, or says which print and field forbids it.
result<bytes> encode_record(std::span<const print_template> prints, record_dialect dialect);

}  // namespace whorl::fingerprint::detail
