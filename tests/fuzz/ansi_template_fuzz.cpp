// decode_ansi on any bytes: no crash; what it accepts and encode_ansi can say survives a round trip
// (angles included: they come from ANSI's own steps, which map to ours and back without loss).
#include <cstdint>
#include <cstdlib>

#include "fingerprint/ansi_template.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  const auto prints = fingerprint::decode_ansi({reinterpret_cast<const std::byte*>(data), size});
  if (!prints) return 0;
  const auto record = fingerprint::encode_ansi(*prints);
  if (!record) return 0;  // read leniently, not writable strictly
  const auto again = fingerprint::decode_ansi(*record);
  if (!again || *again != *prints) std::abort();
  return 0;
}
