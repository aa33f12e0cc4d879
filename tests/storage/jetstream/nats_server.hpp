// Real nats-servers for tests: processes on free ports of this machine with TLS on both sides, a
// user and JetStream; one alone or several as a cluster. They are killed with the object, and with
// the test program.
#pragma once

#include <doctest/doctest.h>
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "storage/jetstream/connection.hpp"
#include "tests/support.hpp"

namespace whorl::test {

/// False, with a loud SKIPPED line, where no nats-server is installed.
bool nats_server_present();

class nats_servers {
 public:
  /// Starts `count` servers, whose certificate is for `names`, and waits until each takes
  /// connections.
  explicit nats_servers(std::size_t count,
                        const std::vector<std::string>& names = {"localhost", "127.0.0.1"});
  ~nats_servers();
  nats_servers(const nats_servers&) = delete;
  nats_servers& operator=(const nats_servers&) = delete;

  /// What a client that may enter says.
  storage::jetstream::connection_options options() const;
  /// The same to one of them alone.
  storage::jetstream::connection_options options_of(std::size_t index) const;
  int port(std::size_t index) const { return servers_.at(index).port; }

  void start(std::size_t index);
  void kill(std::size_t index);          ///< as a power cut would: no chance to write anything
  void stop(std::size_t index);          ///< asked to end; returns when it has
  void freeze(std::size_t index) const;  ///< stands still, its connections open, until thaw()
  void thaw(std::size_t index) const;
  void start_all();
  void stop_all();
  /// Cuts `bytes` off the end of a stopped server's files of one stream, as a power cut may that
  /// comes before they are synced. Of a replica the log of what the servers agreed on goes too:
  /// what was not synced of the one was not synced of the other.
  void lose_tail(std::size_t index, const std::string& stream, std::uintmax_t bytes) const;

  /// Files of certificates: the servers' CA, a client's, and a CA that nobody trusts.
  std::string ca_file() const { return (folder_.path() / "pki/ca.pem").string(); }
  std::string other_ca_file() const { return in_other("ca.pem"); }
  std::string other_client_file() const { return in_other("client.pem"); }
  std::string other_client_key_file() const { return in_other("client-key.pem"); }

 private:
  struct server {
    int port = 0, cluster_port = 0;
    pid_t process = -1;
  };
  void make_certificates(const std::vector<std::string>& names);
  std::string in_other(const std::string& name) const {
    return (folder_.path() / "other" / name).string();
  }
  void write_config(std::size_t index) const;
  void wait_until_open(std::size_t index);
  void end(std::size_t index, int signal);
  std::filesystem::path home(std::size_t index) const;
  std::string log_of(std::size_t index) const;

  temp_folder folder_;
  std::vector<server> servers_;
};

/// One server that every test of the program shares; its streams differ by prefix.
nats_servers& shared_server();
/// Three of them, likewise; nobody kills one.
nats_servers& shared_cluster();
/// Asks until the answer is yes; fails the test when it is not for three minutes (others
/// may want the machine too).
void wait_until(const std::function<bool()>& answer);
/// A prefix of streams that no other test has.
std::string fresh_prefix();

}  // namespace whorl::test
