// A fact as it stands in a JetStream message. The sequence is the message's own and stands in the
// digest, so that a frame that is moved to another place is found. Owned by the journal.
//   magic "WFCT", version u8 = 1, stream u8, zero u16, message id length u32 LE, payload length
//   u32 LE, previous digest (32), own digest (32), message id, payload; nothing after.
#pragma once

#include "messages/facts.hpp"

namespace whorl::storage::jetstream {

inline constexpr std::size_t frame_header_bytes = 80;

/// `fact` is within the limits (check_append).
bytes encode_frame(const fact_record& fact);
/// The fact of message `seq`. Errors (naming stream and seq): wrong_version; corrupt (not such a
/// frame, another stream's, or content and digest disagree); limit_exceeded (a length over
/// limits::text_max, limits::wire_bytes_max).
result<fact_record> decode_frame(stream_id stream, std::uint64_t seq, byte_view frame);

}  // namespace whorl::storage::jetstream
