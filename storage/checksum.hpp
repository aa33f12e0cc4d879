// CRC-32C (Castagnoli, polynomial 0x1EDC6F41, reflected, start and end inverted: RFC 3720 B.4): a
// few flipped bits of stored bytes are found at the speed of reading them. Not against intent: that
// is what digests are for.
#pragma once

#include <cstdint>

#include "messages/bytes.hpp"

namespace whorl::storage {

/// Same value on every machine; uses the processor's instruction where there is one.
std::uint32_t crc32c(byte_view data);
/// The table-driven way alone, for processors without the instruction and for the test.
std::uint32_t crc32c_by_table(byte_view data);

}  // namespace whorl::storage
