// Fuzz target: the texts of the store that come back from outside, audit heads and backup
// manifests. What is taken is written again as the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "storage/backup_manifest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  using namespace whorl::storage;
  const std::string_view text(reinterpret_cast<const char*>(input), size);
  if (const auto head = parse_audit_head(text); head && to_text(*head) != text) std::abort();
  if (const auto made = parse_manifest(text); made && to_text(*made) != text) std::abort();
  return 0;
}
