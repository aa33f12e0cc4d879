// One life of the exchange, from start to crash or rest: the store that the world keeps, opened,
// and the production actors around it.
#pragma once

#include <memory>

#include "sim/cluster/process.hpp"
#include "sim/cluster/world_state.hpp"
#include "storage/store.hpp"

namespace whorl::sim {

class exchange_process {
 public:
  explicit exchange_process(world_state* world);
  /// What a crash does: from now on nothing is written or said; then everybody ends.
  ~exchange_process();

  process& running() { return *process_; }
  storage::store& store() { return *store_; }
  /// What nodes connect to; null before the cluster supervisor has made it.
  const caf::actor& port() const { return port_; }
  /// The supervisor of its actors.
  const caf::actor& node() const { return node_; }
  /// Who books, and gives orders by hand (clients.hpp).
  const caf::actor& client() const { return client_; }
  /// It gave up by itself: a real one would be started again by whoever supervises processes.
  bool ended() const { return *ended_; }

 private:
  actors::node_settings settings();

  world_state* world_;
  std::unique_ptr<storage::store> store_;
  std::unique_ptr<process> process_;
  caf::actor node_, port_, client_;
  std::shared_ptr<bool> ended_ = std::make_shared<bool>(false);
};

}  // namespace whorl::sim
