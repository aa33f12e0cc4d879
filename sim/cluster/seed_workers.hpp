// Runs seeds of the simulated cluster in processes of their own, several at a time: what brings one
// down, a broken invariant too, is a finding about its seed and not the end of all.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "messages/result.hpp"
#include "sim/cluster/world.hpp"

namespace whorl::sim {

/// What is told of one seed.
struct seed_report {
  std::uint64_t seed = 0;
  int promise = 0;           ///< the first that was broken; 0: none
  std::string what;          ///< of the breach
  bool fell = false;         ///< its process died: a crash, or a broken invariant
  bool repeated = false;     ///< run a second time
  bool differs = false;      ///< and the second time was another run
  std::uint64_t digest = 0;  ///< run_outcome::trace: the same in every build and process
  std::uint64_t steps = 0, messages = 0, restarts = 0;
  std::int64_t virtual_ms = 0;
  fault_counts fired{};
};

struct seed_work {
  run_options options;               ///< of each; the seed is replaced
  std::optional<std::size_t> nodes;  ///< else drawn from the seed
  std::uint64_t first = 1, count = 1;
  std::uint64_t jobs = 1;
  std::function<bool()> go_on;      ///< asked before each seed; may be empty
  std::uint64_t repeat_every = 10;  ///< about so manyth seed is run twice; 0: none
  std::uint64_t replay_every = 10;  ///< of about so many one replays its journal at the end
};

/// How many nodes a seed's run has: every fifth is of one process, the others of two to five nodes.
std::size_t nodes_of(std::uint64_t seed);

/// Whether a seed is the one of `every` in a row for which something more is done. Not each time
/// the same digit: the number of nodes hangs on the last one.
bool is_chosen(std::uint64_t seed, std::uint64_t every);

/// One seed, here: `folder` holds a start store "start" and is worked in.
result<seed_report> run_one_seed(const seed_work& work, std::uint64_t seed,
                                 const std::string& folder);

/// All of them, below `folder` as above. `on_report` is called in this process as they come, and
/// returns whether to go on. Errors: unavailable when a process cannot be started.
status run_seeds(const seed_work& work, const std::string& folder,
                 const std::function<bool(const seed_report&)>& on_report);

}  // namespace whorl::sim
