// People, beds, slots or seats: so many at a time, with a priority line before them. The owner
// makes the events: it asks, is told whether service begins now, and gives back when it ends.
#pragma once

#include <optional>
#include <string>

#include "sim/rollout/priority_line.hpp"
#include "sim/rollout/statistics.hpp"

namespace whorl::rollout {

class resource {
 public:
  resource(std::string name, std::int64_t servers, std::int64_t from_ms = 0);

  /// True: one is free and taken, service begins now. False: `who` waits in the line.
  /// `deadline_ms` 0: none.
  bool ask(std::uint32_t who, std::uint8_t level, std::int64_t deadline_ms, std::int64_t now_ms);
  void give_back(std::int64_t now_ms);
  /// The next that waits, when one is free: it is taken for it. Call until there is none after
  /// give_back and after set_servers.
  std::optional<priority_line::waiting> next(std::int64_t now_ms);
  /// Out of the line without a server: when the run is over, whoever waits still.
  std::optional<priority_line::waiting> next_left(std::int64_t now_ms) {
    return line_.take(now_ms);
  }
  /// The next did not come (it gave up waiting): what next() took for it is free again.
  void not_used(std::int64_t now_ms) { give_back(now_ms); }
  /// Fewer than are busy: nobody is stopped, nobody new begins.
  void set_servers(std::int64_t servers) { servers_ = servers; }

  const std::string& name() const { return name_; }
  std::int64_t servers() const { return servers_; }
  std::int64_t busy() const { return busy_count_; }
  std::size_t waiting() const { return line_.size(); }
  const time_weighted& busy_over_time() const { return busy_; }
  const time_weighted& waiting_over_time() const { return queue_; }
  /// Forgets what was measured (warm-up is over, or a month is).
  void restart_statistics(std::int64_t now_ms);

 private:
  std::string name_;
  std::int64_t servers_, busy_count_ = 0;
  priority_line line_;
  time_weighted busy_, queue_;
};

}  // namespace whorl::rollout
