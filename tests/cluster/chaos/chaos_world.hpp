// An exchange with its journal on three nats-servers, its nodes and a load, all of them processes
// over TLS; what faults do to them; and what is left when it is over.
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/apps/program.hpp"
#include "tests/cluster/chaos/fault_plan.hpp"
#include "tests/cluster/chaos/network.hpp"
#include "tests/cluster/chaos/verdict.hpp"
#include "tests/storage/jetstream/nats_server.hpp"

namespace whorl::chaos {

using nlohmann::json;

inline constexpr std::size_t node_count = 4, server_count = 3, full_node = node_count - 1;
inline constexpr std::uint32_t partition_count = 4, replica_count = 2;

/// Of a journal under `prefix`, from its first fact on.
journal_facts read_facts(const test::nats_servers& servers, const std::string& prefix, int replicas,
                         std::uint32_t partitions);

class chaos_world {
 public:
  /// Made, filled with people, started and settled.
  chaos_world(std::size_t people, std::size_t bookings);
  ~chaos_world();

  /// Those that this machine allows.
  std::vector<fault_kind> possible_faults() const;
  void begin(const fault& one);
  void end(const fault& one);
  /// Starts again what has ended by itself, as a service manager does; what it says of that.
  std::vector<json> tend();
  /// Ends every fault that lasts, and starts what is not there.
  void heal();

  /// Begins it; its words are added to those that say who and where.
  std::unique_ptr<test::started_program> load(std::vector<std::string> words) const;
  std::string bookings_folder() const { return folder("bookings"); }
  booked_person who_is(const std::string& file) const;

  /// Waits until each partition can be asked of as many nodes as wanted, nothing moves, every
  /// replica is at the tail and every booking is done: true when it has become so in time.
  bool await_rest(std::int64_t patience_ms, std::string& state);
  /// Stops exchange and nodes; empty, or what went wrong.
  std::vector<std::string> stop();
  std::vector<std::string> verify_audit() const;
  journal_facts read_journal() const;
  /// Each replica's content against the exchange's; how many were compared.
  std::vector<std::string> compare_digests(std::size_t& compared) const;
  std::string last_words() const;
  /// Those that ended by a signal that no fault sent, since this was asked last.
  std::vector<std::string> fallen() { return std::exchange(fallen_, {}); }

 private:
  struct node {
    std::string name, disk;  ///< disk: a mounted file system of its own, or empty
    std::unique_ptr<node_network> network;
    std::unique_ptr<test::started_program> process;
    bool wanted = false;  ///< is to run
    std::string folder, config;
  };
  std::string folder(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string store() const { return folder("store"); }
  void make_store(std::size_t people);
  void make_bookings(std::size_t people, std::size_t bookings);
  void make_node(std::size_t index);
  void start_exchange();
  void start_node(node& one);
  std::vector<std::string> client(const std::string& who) const;
  json asked(const std::string& who, std::vector<std::string> words) const;
  std::size_t open_bookings() const;
  bool is_settled(std::string& state) const;
  void fill_disk(const node& one) const;
  std::string filler(const node& one) const { return one.disk + "/filler"; }

  test::temp_folder folder_;
  test::nats_servers servers_;
  std::string prefix_ = test::fresh_prefix();
  int port_ = 0, cluster_port_ = 0;
  bool networks_ = false;
  bool exchange_wanted_ = false;
  std::unique_ptr<test::started_program> exchange_;
  std::vector<node> nodes_;
  std::vector<bool> server_wanted_ = std::vector<bool>(server_count, true);
  std::vector<std::string> words_;  ///< of processes that ended by themselves
  std::vector<std::string> fallen_;
};

}  // namespace whorl::chaos
