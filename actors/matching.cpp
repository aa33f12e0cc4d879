#include "actors/matching.hpp"

#include "actors/shard_core.hpp"

namespace whorl::actors {

result<fingerprint::prepared_probe_ptr> matching::prepare(const probe& what) const {
  return actors::prepare(what);
}

std::uint32_t matching::coarse(const fingerprint::prepared_probe&,
                               const fingerprint::coarse_scan& scan, fingerprint::finger_set met,
                               byte_view stored) const {
  return scan.score(fingerprint::expand(stored, met, fingerprint::parameters::coarse_minutiae_max));
}

fingerprint::person_score matching::precise(const fingerprint::prepared_probe& probe,
                                            byte_view stored) const {
  return fingerprint::precise_score(probe, fingerprint::expand(stored));
}

const matching_ptr& real_matching() {
  static const matching_ptr one = std::make_shared<const matching>();
  return one;
}

}  // namespace whorl::actors
