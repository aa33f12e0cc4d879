// An exchange and its nodes in one process, each with an actor system of its own, over TCP.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "actors/cluster/cluster_node.hpp"
#include "tests/actors/node_fixture.hpp"

namespace whorl::test {

class running_cluster {
 public:
  /// `people` are imported before the exchange starts; nodes are told to keep `replicas`.
  running_cluster(const std::vector<std::uint64_t>& people, std::uint32_t replicas,
                  std::uint32_t first_nodes);
  ~running_cluster();

  void start_exchange();
  void stop_exchange();
  /// `zone` empty: none.
  void start_node(const std::string& name, const std::string& zone = {},
                  std::function<void(const error&)> on_failed = {});
  /// Starts them and waits until each partition can be asked of `searchable`.
  void start_nodes(const std::vector<std::string>& names, std::size_t searchable);
  void stop_node(const std::string& name) { nodes_.erase(name); }
  std::string replicas_of(const std::string& name) const {
    return (folders_.path() / name).string();
  }
  void remove_replicas(const std::string& name);
  actors::local_node& exchange() { return *exchange_; }
  actors::cluster_node& node(const std::string& name) { return *nodes_.at(name); }
  /// What happened so far, in words, those of debugging left out: "node-a ready criminal/0".
  std::vector<std::string> events() const;
  node_fixture& world() { return world_; }

  /// Waits until the cluster is so; fails the test, with what it is, when it does not become so.
  using condition = std::function<bool(const actors::cluster_status&)>;
  void await(const char* what, const condition& reached);
  /// Nothing moves, and so many nodes can be asked for each partition.
  void await_searchable(std::size_t nodes);

 private:
  actors::event_function recorder(const std::string& whose);
  /// Outlives whoever writes into it.
  struct record {
    std::mutex mutex;
    std::vector<std::string> lines;
  };
  std::shared_ptr<record> record_ = std::make_shared<record>();
  node_fixture world_;
  temp_folder folders_;
  std::uint32_t replicas_, first_nodes_;
  std::uint16_t port_ = 0;
  std::uint64_t starts_ = 0;
  std::unique_ptr<actors::local_node> exchange_;
  std::map<std::string, std::unique_ptr<actors::cluster_node>> nodes_;
};

}  // namespace whorl::test
