// What a search asks of the matcher for one person at a time. A seam: a simulation that compares
// the same few prints over and over puts one here that remembers
// (sim/cluster/remembered_matching.hpp). Scans of everybody by sketches are not behind it.
#pragma once

#include <memory>

#include "fingerprint/coarse.hpp"
#include "fingerprint/stored_entry.hpp"
#include "messages/search.hpp"

namespace whorl::actors {

/// Asked from several threads at once. Each answer depends on the arguments alone.
class matching {
 public:
  virtual ~matching() = default;
  /// shard_core.hpp's.
  virtual result<fingerprint::prepared_probe_ptr> prepare(const probe& what) const;
  /// Stage one (coarse_score) of a checked stored entry by the fingers that the probe can meet.
  virtual std::uint32_t coarse(const fingerprint::prepared_probe& probe,
                               const fingerprint::coarse_scan& scan, fingerprint::finger_set met,
                               byte_view stored) const;
  /// Stage two (precise_score) of a checked stored entry.
  virtual fingerprint::person_score precise(const fingerprint::prepared_probe& probe,
                                            byte_view stored) const;
};
using matching_ptr = std::shared_ptr<const matching>;

/// The matcher itself.
const matching_ptr& real_matching();

}  // namespace whorl::actors
