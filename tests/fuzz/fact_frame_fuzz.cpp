// Fuzz target: what comes back from the servers of a cluster, frames of facts and answers to
// appends. A frame that is taken is written again as the same bytes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "storage/jetstream/fact_frame.hpp"
#include "storage/jetstream/publish_ack.hpp"
#include "storage/journal.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  using namespace whorl;
  using namespace whorl::storage::jetstream;
  static_cast<void>(read_publish_ack({reinterpret_cast<const char*>(input), size}));
  const byte_view frame(reinterpret_cast<const std::byte*>(input), size);
  const auto stream = size > 5 ? static_cast<stream_id>(input[5]) : stream_id::bookings;
  if (const auto fact = decode_frame(stream, 7, frame)) {
    const bytes again = encode_frame(*fact);
    if (!std::equal(again.begin(), again.end(), frame.begin(), frame.end())) std::abort();
  }
  return 0;
}
