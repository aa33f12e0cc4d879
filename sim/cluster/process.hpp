// One simulated process: an actor system on the testing scheduler, with a clock of its own that
// the world moves. It can be frozen (nothing runs, its clock stands still and then leaps) and
// killed (everything in it ends; what it would have written or said is gone).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/cluster/random.hpp"
#include "sim/cluster/testing_system.hpp"

namespace whorl::sim {

/// Of the world: since the beginning of the run.
using moment = std::chrono::nanoseconds;

class process {
 public:
  /// `fast_permille`: how much faster its clock goes than the world's; may be negative.
  process(std::string name, moment born, std::int64_t fast_permille);
  /// Kills what was kept, in the reverse order, and lets it run to its end.
  ~process();
  process(const process&) = delete;
  process& operator=(const process&) = delete;

  const std::string& name() const { return name_; }
  caf::actor_system& system() { return *system_; }
  /// An actor that ends with the process.
  void keep(caf::actor top) { tops_.push_back(std::move(top)); }

  /// How many actors could run now: those that are slow now, and all while it is frozen, left out.
  std::size_t runnable() const;
  /// Lets one of them run, drawn. At least one must be runnable. False: the one drawn was made slow
  /// instead, until `until`, and one in `slow_one_in` is.
  bool run_one(chance& draw, std::uint64_t slow_one_in, moment until);

  /// When its clock has something to do next, or a slow actor goes on.
  std::optional<moment> next_due() const;
  void advance_to(moment now);

  void freeze() { frozen_ = true; }
  void thaw() { frozen_ = false; }
  bool frozen() const { return frozen_; }
  std::uint64_t steps() const { return steps_; }

 private:
  struct slow_actor {
    caf::resumable* who;
    moment until;
  };
  bool is_slow(const caf::resumable* who) const;
  caf::scheduler::test_coordinator& scheduler() const { return testing_scheduler(*system_); }
  caf::detail::test_actor_clock& clock() const;

  std::string name_;
  moment born_, now_;
  std::int64_t fast_permille_;
  testing_config config_;
  std::unique_ptr<caf::actor_system> system_;
  caf::actor_clock::time_point origin_;
  std::vector<caf::actor> tops_;
  std::vector<slow_actor> slow_;
  bool frozen_ = false;
  std::uint64_t steps_ = 0;
};

}  // namespace whorl::sim
