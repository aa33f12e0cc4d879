// ISO/IEC 19794-2:2005 finger minutiae records, as files and gallery imports hold them.
// Angles are kept exactly: both sides count in 360/256 degrees, so decode(encode(p)) == p.
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
result<std::vector<print_template>> decode_iso(byte_view record);

/// One record of one or more prints; all must share size and resolution, for which the format has
/// one header. invalid_input names the print and what is wrong with it.
result<bytes> encode_iso(std::span<const print_template> prints);

}  // namespace whorl::fingerprint
