// decode_iso on any bytes: no crash; what it accepts and encode_iso can say survives a round trip.
#include <cstdint>
#include <cstdlib>

#include "fingerprint/iso_template.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  const auto prints = fingerprint::decode_iso({reinterpret_cast<const std::byte*>(data), size});
  if (!prints) return 0;
  const auto record = fingerprint::encode_iso(*prints);
  if (!record) return 0;  // read leniently, not writable strictly
  const auto again = fingerprint::decode_iso(*record);
  if (!again || *again != *prints) std::abort();
  return 0;
}
