// One node of a simulated cluster: its disk, and the process that runs on it or does not.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/cluster/disk_aside.hpp"
#include "sim/cluster/exchange_process.hpp"
#include "sim/cluster/process.hpp"
#include "sim/cluster/world_state.hpp"

namespace whorl::sim {

class node_host {
 public:
  /// `exchange`: the one that runs now; looked at whenever the node wants to connect.
  node_host(world_state* world, std::string name,
            const std::unique_ptr<exchange_process>* exchange);
  ~node_host();

  void start();
  /// The process is killed; it is started again at `again`.
  void kill(moment again);
  void empty_disk();
  /// Of its whole replicas, in order.
  std::vector<std::string> replica_files() const;
  /// Its replicas, as they stood when they were set aside last: put back while it is down.
  disk_aside& earlier_disk() { return earlier_; }
  /// From its next life its disk has no room for a replica, or has again.
  void fill_disk(bool full) { full_ = full; }

  /// Until then it is started as a program of this protocol, which scores otherwise, too, where its
  /// exchange does not speak it.
  void be_other_version(std::uint32_t protocol, moment until) {
    other_protocol_ = protocol;
    other_until_ = until;
  }

  const std::string& name() const { return name_; }
  const std::string& folder() const { return folder_; }
  process* running() { return process_.get(); }
  /// When it is to be started; nothing while it runs.
  std::optional<moment> starts_at() const { return starts_at_; }
  /// Its process found that it cannot go on.
  bool failed() const { return *failed_; }
  bool short_of_room() const { return short_of_room_; }
  std::uint64_t starts() const { return starts_; }

 private:
  world_state* world_;
  std::string name_, folder_;
  disk_aside earlier_;
  const std::unique_ptr<exchange_process>* exchange_;
  std::unique_ptr<process> process_;
  std::optional<moment> starts_at_;
  std::shared_ptr<bool> failed_ = std::make_shared<bool>(false);
  bool short_of_room_ = false, full_ = false;
  std::uint32_t other_protocol_ = node_protocol;
  moment other_until_{0};
  std::uint64_t starts_ = 0;
};

}  // namespace whorl::sim
