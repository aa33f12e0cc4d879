#include "fingerprint/decision.hpp"

#include <algorithm>

#include "fingerprint/decades.hpp"
#include "fingerprint/parameters.hpp"
#include "messages/invariant.hpp"

namespace whorl::fingerprint {

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

threshold threshold_of(decision d, std::uint64_t gallery_size) {
  INVARIANT(d != decision::no_hit);
  return {hundred_log10(gallery_size),
          d == decision::hit ? parameters::hit_margin : parameters::review_margin};
}

decision decide(std::uint32_t fused, std::uint8_t fingers_compared, std::uint64_t gallery_size,
                std::uint32_t reordered) {
  if (fingers_compared == 0) return decision::no_hit;
  if (fused >= fused_needed(decision::hit, gallery_size)) return decision::hit;
  if (std::max(fused, reordered) >= fused_needed(decision::review, gallery_size))
    return decision::review;
  return decision::no_hit;
}

}  // namespace whorl::fingerprint
