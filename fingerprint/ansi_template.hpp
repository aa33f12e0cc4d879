// ANSI INCITS 378-2004 finger minutiae records, as files and gallery imports hold them.
// Angles are lossy: the record counts in 2 degrees, a print in 360/256. Writing moves an angle by
// at most 1 degree (one unit of ours once it is read back); all else is kept, and a second round
// trip changes nothing. The two-byte and the six-byte form of the record length are both read.
// Reading is lenient (wrong declared length, coordinates past the image's edge, reserved codes,
// qualities above 100 read as unknown); extended data blocks are skipped. Writing is strict.
// Limits: limits::template_bytes_max, template_views_max, minutiae_max.
#pragma once

#include <span>
#include <vector>

#include "fingerprint/template.hpp"
#include "messages/bytes.hpp"
#include "messages/result.hpp"

namespace whorl::fingerprint {

/// Every finger view of the record, in its order. invalid_input, unsupported (another version) or
/// limit_exceeded, with the offset and the field. Safe on any bytes.
result<std::vector<print_template>> decode_ansi(byte_view record);

/// One record of one or more prints; all must share size and resolution, for which the format has
/// one header. invalid_input names the print and what is wrong with it.
result<bytes> encode_ansi(std::span<const print_template> prints);

}  // namespace whorl::fingerprint
