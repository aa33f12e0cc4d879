// What outlives the processes of a run: the exchange's journal, the clients' memory, time, and the
// dice. Owned by run_world; everybody else has a pointer.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/cluster/cluster_protocol.hpp"
#include "sim/cluster/network.hpp"
#include "sim/cluster/remembered_matching.hpp"
#include "sim/cluster/scenario.hpp"
#include "sim/cluster/shard_link.hpp"
#include "sim/cluster/world.hpp"

namespace whorl::sim {

inline constexpr std::uint32_t partitions = 2;
inline constexpr std::uint32_t replicas_wanted = 2;
inline constexpr std::int64_t first_wall_ms = 1767600000000;  ///< 2026-01-05: any fixed moment
inline constexpr std::uint64_t room_bytes = 64u << 20;        ///< of the map of each partition
inline const std::string exchange_name = "exchange";

/// An order or a correction that a script has given, and what was said to it.
struct ordered_by_hand {
  std::string what;
  std::optional<status> said;  ///< nothing: not yet, or the exchange died before
};

struct world_state {
  world_state(const run_options& with, std::string where)
      : options(with),
        folder(std::move(where)),
        draw(std::make_shared<chance>(with.seed)),
        plan(drawn_plan(*draw, with.nodes)),
        net(*draw, plan, fired) {
    if (scripted()) plan = {};
    if (with.plan) plan = *with.plan;  // after the draws, so that the same plan is the same run
  }

  run_options options;
  std::string folder;
  std::shared_ptr<chance> draw;
  fault_plan plan;
  fault_counts fired{};
  std::shared_ptr<link_faults> link = std::make_shared<link_faults>();
  std::shared_ptr<simulated_journal> journal;
  network net;
  moment now{0};
  std::int64_t wall_offset_ms = 0;  ///< what the exchange's machine takes the time to be, beside it
  bool healed = false;
  bool rotten = false;  ///< a bit of a replica has changed
  bool burst = false;   ///< clients come all at once

  std::vector<client_record> clients;
  bool drained = false;
  bool all_sent = !scripted();  ///< false: a script may have more to send
  std::vector<ordered_by_hand> orders;
  std::map<std::string, int> throws_due;  ///< by process: times that its shard actor throws
  std::map<std::string, jurisdiction_mode> modes{
      {std::string(scenario::ori_full), jurisdiction_mode::full}};
  actors::cluster_status_ptr status;  ///< as the exchange said last; null after it began anew
  std::vector<std::string> beyond_limits;

  /// What happens is written down, not drawn.
  bool scripted() const { return static_cast<bool>(options.write); }
  /// Of every shard actor; answers are compared again by the matcher itself (end_of_run.hpp).
  const actors::matching_ptr& matcher() const {
    return options.real_matcher ? actors::real_matching() : remembered_matching();
  }
  std::int64_t wall_ms() const { return first_wall_ms + wall_offset_ms + now_ms(); }
  std::int64_t now_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  }
  void tell(const std::string& what) const {
    if (options.tell) options.tell(now_ms(), what);
  }
  bool all_acknowledged() const {
    for (const client_record& c : clients)
      if (c.sent && !c.acknowledged) return false;
    return true;
  }
  /// Draws a kind of fault that strikes now.
  bool strikes(fault_kind kind) {
    if (healed || !plan.strikes(kind, *draw, fired)) return false;
    tell(std::string(to_string(kind)));
    return true;
  }
  /// Whether the shard actor of this process throws now: drawn, or since a script says so.
  bool shard_throws(const std::string& where) {
    const auto due = throws_due.find(where);
    if (due == throws_due.end() || due->second == 0) return strikes(fault_kind::shard_throws);
    --due->second;
    tell("shard-throws on " + where);
    return true;
  }
  std::int64_t drawn_skew_permille() {
    return strikes(fault_kind::clock_skew) ? static_cast<std::int64_t>(draw->below(41)) - 20 : 0;
  }
};

}  // namespace whorl::sim
