// A cluster of real processes over TLS on this machine: `whorl serve` as its exchange, `whorl node`
// as often as wanted, and, where asked for, a fence before each (script/fence).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/apps/served_world.hpp"

namespace whorl::test {

/// A fence in a folder of its own; `words` are script/fence's. `files_max`: that it may have open.
std::unique_ptr<started_program> start_fence(const std::string& config_file,
                                             const std::vector<std::string>& words,
                                             int files_max = 4096);

class cluster_world {
 public:
  /// `allowed`: names of nodes that a fence lets in; empty: no fence.
  explicit cluster_world(const std::vector<std::string>& allowed = {});
  std::string folder(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string pki() const { return folder("pki"); }
  /// The exchange's own, and its fence's.
  std::uint16_t port() const { return port_; }
  std::uint16_t fence_port() const { return fence_port_; }
  /// A certificate of the cluster's authority, or another in `pki`.
  void issue(const std::string& pki, const std::string& name) const;

  /// The configuration of a node that connects to `exchange_port`, with `pki`'s certificate.
  std::string node_file(const std::string& name, const std::string& pki,
                        std::uint16_t exchange_port) const;
  /// Where there is a fence, behind one of its own, with `pki`'s certificate of `name`.
  void start_node(const std::string& name, const std::vector<std::string>& options = {});
  std::unique_ptr<started_program> node_fence(const std::string& name, const std::string& pki,
                                              std::uint16_t listen) const;

  nlohmann::json status() const;
  /// Until it is so; the test fails, with the cluster's state, when it does not become so.
  void await(const char* what, const std::function<bool()>& reached) const;
  /// Until every partition can be asked of so many nodes and nothing moves.
  void await_searchable(std::size_t wanted) const;
  /// Books `count` people of the criminal gallery; each must be found.
  void book(const std::string& name, int from, int count) const;
  /// What a node answers a monitor.
  http_answer monitor(const std::string& node, const std::string& target) const;
  /// A number of the metrics, by its name with labels; -1: it is not there.
  double number(const std::string& node, const std::string& name) const;
  double exchange_number(const std::string& name) const;

  served_world gateway;
  std::map<std::string, std::unique_ptr<started_program>> nodes;
  std::unique_ptr<started_program> fence;  ///< the exchange's

 private:
  temp_folder folder_;
  std::uint16_t port_ = 0, fence_port_ = 0;
  std::map<std::string, std::unique_ptr<started_program>> node_fences_;
  std::map<std::string, std::uint16_t> monitors_;
};

}  // namespace whorl::test
