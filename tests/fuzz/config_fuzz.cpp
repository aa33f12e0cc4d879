// parse_config on any text: a configuration or an error that names the file, never a crash; what it
// accepts keeps the promises the rest of the program builds on.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "apps/config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  const auto read = apps::parse_config({reinterpret_cast<const char*>(data), size}, "whorl.toml");
  if (!read) {
    if (!read.error().message.starts_with("whorl.toml")) std::abort();
    return 0;
  }
  if (read->principals.empty() || !apps::find_principal(*read, "")) std::abort();
  for (const auto& who : read->principals)
    if (!apps::find_principal(*read, who.name)) std::abort();
  if (read->in_flight_max < 1 || read->in_flight_max > 4096 || read->top_k < 1) std::abort();
  return 0;
}
