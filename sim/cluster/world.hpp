// One simulated run: an exchange of the real actors over a simulated journal, and nodes that hold
// replicas for it, each a process with a clock of its own, on CAF's testing scheduler with a seeded
// choice of who runs next. Two acts: in the first, faults while clients book; in the second
// everything is healed and must come to rest within a bounded virtual time. Then the checkers look
// (checkers.hpp).
//
//   an actor of any process can run -> draw one, run it; a crash was drawn: that process is killed
//   none can -> the clocks go on to what comes next: a timer, a message's arrival, a fault
//
// What a run may meet, and survives: any number of crashes, freezes and lost disks of nodes, and of
// crashes of the exchange, whose disk keeps what its journal has acknowledged.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/cluster/fault_kinds.hpp"
#include "sim/cluster/simulated_journal.hpp"

namespace whorl::sim {

class script;

struct run_options {
  std::uint64_t seed = 1;
  std::size_t nodes = 0;  ///< 0: the exchange's process alone
  std::size_t bookings = 8;
  std::optional<fault_plan> plan;  ///< else drawn from the seed
  std::int64_t act_one_ms_max = 60'000;
  std::int64_t act_two_ms_max = 240'000;  ///< promise 12: at rest by then
  std::uint64_t steps_max = 2'000'000;
  /// The matcher works each answer out, however often it is asked; else remembered_matching.
  bool real_matcher = false;
  /// Writes down what happens in this run (script.hpp). Then nothing is drawn but who runs next,
  /// and what `plan` says; `bookings` is of no account.
  std::function<void(script&)> write;
  /// Of bookings, where it is not the program's own.
  std::optional<std::int64_t> booking_deadline_ms;
  bool replays = true;  ///< replays the journal from zero at the end (see unlike_projections)
  /// Told of each fault, restart, acknowledgement and fact, at a moment of the world's time.
  std::function<void(std::int64_t ms, const std::string& what)> tell;
};

/// What a client was told, one time that it sent a booking.
struct client_answer {
  bool tampered = false;        ///< a tampered copy was sent
  std::optional<errc> refused;  ///< nothing: acknowledged
  bool duplicate = false;       ///< as one that was accepted before
};

/// What a client was told about one planned booking.
struct client_record {
  std::size_t planned = 0;  ///< index into scenario::bookings
  bool sent = true;         ///< false: a script has not sent it yet
  bool acknowledged = false;
  booking_id booking;
  std::uint64_t acknowledgements = 0;
  std::uint64_t wrong_acknowledgements =
      0;                               ///< another id than the first time, or tampered and taken
  std::vector<client_answer> answers;  ///< in order
};

struct run_outcome {
  bool at_rest = false;  ///< everything booked is answered and told
  /// With nodes: every partition has all its replicas, at the tail. Else what is missing.
  std::optional<std::string> not_converged;
  /// Of a replica that is not what the exchange's partition is (promise 7).
  std::vector<std::string> unlike_replicas;
  /// Of a row of the exchange's projections that is not what the journal makes of it (promise 7).
  std::vector<std::string> unlike_projections;
  /// Of a candidate whose score, or place, is not what the exchange's own partition gives (3).
  std::vector<std::string> unlike_scores;
  /// Of something that passed its limit (promise 11).
  std::vector<std::string> beyond_limits;
  std::uint64_t steps = 0, messages = 0;
  std::int64_t virtual_ms = 0, healed_ms = 0;  ///< the latter: when the second act began
  fault_plan plan;
  fault_counts fired{};
  std::uint64_t exchange_restarts = 0, node_restarts = 0;
  /// Hash of what was appended and of what passed between processes, in order: same seed, same
  /// trace.
  std::uint64_t trace = 0;
  std::vector<client_record> clients;
  std::shared_ptr<const simulated_journal> journal;
  bool deadlines_are_short = false;  ///< bookings may end as failed
  /// Of a script: what was expected and was not so, and which step was never reached.
  std::vector<std::string> unexpected;
};

/// Runs one seed in `folder`, where a store stands in "store" (made and removed by the caller;
/// stores are not synced).
run_outcome run_world(const run_options& options, const std::string& folder);

}  // namespace whorl::sim
