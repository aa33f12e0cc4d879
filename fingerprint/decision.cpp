#include "fingerprint/decision.hpp"

#include "fingerprint/parameters.hpp"
#include "messages/invariant.hpp"

namespace whorl::fingerprint {
namespace {

/// 100 * log10(n), from below, by halvings: 100 * log10(2) is 30.1.
std::uint32_t hundred_log10(std::uint64_t n) {
  std::uint32_t bits = 0;
  while (n > 1) n >>= 1, ++bits;
  return (bits * 301 + 301) / 10;  // rounded up to the next power of two: on the safe side
}

}  // namespace

std::string_view to_string(decision d) {
  switch (d) {
    case decision::hit:
      return "hit";
    case decision::review:
      return "review";
    case decision::no_hit:
      return "no_hit";
  }
  return "unknown";
}

std::uint32_t fused_needed(decision d, std::uint64_t gallery_size) {
  INVARIANT(d != decision::no_hit);
  return hundred_log10(gallery_size) +
         (d == decision::hit ? parameters::hit_margin : parameters::review_margin);
}

decision decide(std::uint32_t fused, std::uint8_t fingers_compared, std::uint64_t gallery_size) {
  if (fingers_compared == 0) return decision::no_hit;
  for (const decision d : {decision::hit, decision::review})
    if (fused >= fused_needed(d, gallery_size)) return d;
  return decision::no_hit;
}

}  // namespace whorl::fingerprint
