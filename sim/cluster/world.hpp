// One simulated run: a node of the real actors over a simulated journal and network, driven by
// CAF's testing scheduler with a seeded choice of who runs next and a virtual clock. Two acts: in
// the first, faults and crashes while clients book; in the second everything is healed and must
// come to rest within a bounded virtual time. Then the checkers look.
//
//   jobs runnable -> draw one, run it -> a crash was drawn: the node is torn down, a new one starts
//   none runnable -> the clock jumps to the next timeout
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/cluster/simulated_journal.hpp"
#include "sim/cluster/simulated_network.hpp"

namespace whorl::sim {

struct run_options {
  std::uint64_t seed = 1;
  std::size_t bookings = 8;
  journal_faults journal{2, 2};
  network_faults network{5, 15, 5, 5, 3000};
  unsigned shard_throws_percent = 2;
  std::uint64_t steps_max = 400000;
};

/// What a client was told about one planned booking.
struct client_record {
  std::size_t planned = 0;  ///< index into scenario::bookings
  bool acknowledged = false;
  booking_id booking;
  std::uint64_t acknowledgements = 0;
  std::uint64_t wrong_acknowledgements =
      0;  ///< another id than the first time, or tampered and taken
};

struct run_outcome {
  bool at_rest = false;  ///< the second act ended
  std::uint64_t steps = 0, crashes = 0;
  std::int64_t virtual_ms = 0;
  std::uint64_t trace = 0;  ///< hash of what was appended, in order: same seed, same trace
  std::vector<client_record> clients;
  std::shared_ptr<const simulated_journal> journal;
};

/// Runs one seed in `folder` (made and removed by the caller; stores are not synced).
run_outcome run_world(const run_options& options, const std::string& folder);

}  // namespace whorl::sim
