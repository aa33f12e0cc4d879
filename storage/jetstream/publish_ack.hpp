// What JetStream answers to a message published into a stream, as its bytes say it: a JSON object
// with the sequence, or with an error. Reads the few fields needed; owned by the journal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "messages/result.hpp"

namespace whorl::storage::jetstream {

struct publish_ack {
  std::uint64_t seq = 0;  ///< of the message; 0 when it was refused
  int code = 0;           ///< JetStream's error code, 0: stored
  std::string description{};
};

/// invalid_input: neither a sequence nor an error stands in it.
result<publish_ack> read_publish_ack(std::string_view json);

}  // namespace whorl::storage::jetstream
