// A cluster behind its fence (script/fence, decision 0024), attacked at the port that faces the
// network while bookings go through.
#include <doctest/doctest.h>

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <thread>

#include "tests/apps/cluster_world.hpp"

using namespace whorl;
using namespace whorl::test;

namespace {

constexpr std::size_t crowd_size = 1000;
/// The fence: what its limit of connections costs (docs/CLUSTER.md). The exchange: what it may
/// gather by itself meanwhile.
constexpr std::size_t fence_kb_max = 200'000, exchange_growth_kb_max = 64'000;

bool has_fence() {
  if (started_program("sh", {"-c", "command -v stunnel4"}).wait().code == 0) return true;
  std::cout << "\n*** SKIPPED: the fence (no stunnel4 is installed; script/bootstrap) ***\n"
            << std::endl;
  return false;
}

/// The crowd's sockets are this process's.
void allow_files(rlim_t count) {
  rlimit now{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &now) == 0);
  if (now.rlim_cur >= count) return;
  now.rlim_cur = count;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &now) == 0);
}

/// Connections that say nothing, as many as wanted all the time: one that is cut is made again.
class silent_crowd {
 public:
  silent_crowd(std::uint16_t port, std::size_t size) : thread_([=, this] { stay(port, size); }) {}
  ~silent_crowd() {
    stop_ = true;
    thread_.join();
  }
  /// So many are connected at once, or have been.
  std::size_t most() const { return most_; }

 private:
  void stay(std::uint16_t port, std::size_t size) {
    std::vector<plain_client> all;
    while (!stop_) {
      for (int i = 0; i < 50 && all.size() < size; ++i) all.emplace_back(port);
      std::vector<pollfd> looks;
      for (const plain_client& each : all) looks.push_back({each.socket(), POLLIN, 0});
      ::poll(looks.data(), looks.size(), 10);
      std::vector<plain_client> left;
      for (std::size_t i = 0; i < all.size(); ++i)
        if (looks[i].revents == 0) left.push_back(std::move(all[i]));
      all.swap(left);
      most_ = std::max(most_.load(), all.size());
    }
  }
  std::atomic<bool> stop_{false};
  std::atomic<std::size_t> most_{0};
  std::thread thread_;
};

apps::pki::credentials credentials_of(const std::string& pki, const std::string& name) {
  const auto text = [&](const char* end) {
    return to_text(read_file(pki + "/nodes/" + name + end));
  };
  return {{}, text(".pem"), text(".key")};
}

/// A header of CAF's protocol, a client's greeting, that announces two gigabytes.
std::string forged_header() {
  std::string header(32, '\0');
  header[0] = 1;
  header.replace(4, 4, "\x7f\xff\xff\xff");
  return header;
}

/// Shakes hands with this certificate, then sends; the fence, or who is behind it, must hang up.
void attack_over_tls(std::uint16_t port, const apps::pki::credentials* who,
                     const std::string& what) {
  tls_client client(port, who);
  client.say(what);  // with TLS 1.3 a client learns only now that it is refused
  client.until_closed();
}

void attack_plainly(std::uint16_t port, const std::string& what) {
  plain_client client(port);
  client.say(what);
  CHECK(client.until_closed().find("BASP") == std::string::npos);
}

/// Names of nodes that the exchange has met.
std::string nodes_met(const cluster_world& w) {
  std::string all;
  const nlohmann::json now = w.status();  // which the loop only refers to
  for (const auto& node : now["nodes"]) all += node["name"].get<std::string>() + " ";
  return all;
}

}  // namespace

TEST_CASE("fence: attacks at the cluster's port stop no search, and nobody gets in") {
  if (!has_fence()) return;
  allow_files(2 * crowd_size);
  cluster_world w({"node-a", "node-b"});
  w.issue(w.pki(), "node-x");  // of the right authority, and not on the list
  const std::string other = w.folder("other-pki");
  REQUIRE(whorl_program({"pki", "--folder", other, "init"}).code == 0);
  w.issue(other, "node-a");
  for (const char* name : {"node-a", "node-b"}) w.start_node(name);
  w.await_searchable(2);
  const std::size_t exchange_kb = w.gateway.memory_kb(), fence_kb = w.fence->memory_kb();

  const silent_crowd crowd(w.fence_port(), crowd_size);
  w.await("the crowd is there", [&] { return crowd.most() == crowd_size; });
  const std::size_t crowded_kb = w.fence->memory_kb();
  const std::uint16_t unlisted_port = free_port();
  const auto unlisted_fence = w.node_fence("node-x", w.pki(), unlisted_port);
  started_program unlisted(
      {"--json", "node", "--config", w.node_file("node-x", w.pki(), unlisted_port)});
  w.book("beside a crowd", 0, 2);
  const auto unlisted_keys = credentials_of(w.pki(), "node-x");
  const auto foreign_keys = credentials_of(other, "node-a");
  const auto member_keys = credentials_of(w.pki(), "node-a");
  const std::string garbage(65'536, '\xa5');
  for (const std::string& what : {forged_header(), garbage}) {
    attack_plainly(w.fence_port(), what);
    attack_over_tls(w.fence_port(), nullptr, what);
    attack_over_tls(w.fence_port(), &foreign_keys, what);
    attack_over_tls(w.fence_port(), &unlisted_keys, what);
    attack_over_tls(w.fence_port(), &member_keys, what);  // as far as CAF's own TLS
    w.book("beside attacks " + std::to_string(what.size()), 2, 2);
  }
  w.await_searchable(2);  // with the crowd still there
  const double by_nodes = w.number("node-a", "whorl_node_round_seconds_count{round=\"1\"}") +
                          w.number("node-b", "whorl_node_round_seconds_count{round=\"1\"}");
  CHECK(by_nodes > 0);
  CHECK(w.exchange_number("whorl_cluster_partitions_missing_total{round=\"1\"}") == 0);
  CHECK(nodes_met(w) == "node-a node-b ");
  CHECK(w.gateway.running());
  CHECK(w.fence->running());
  CHECK(unlisted.running());  // it goes on asking
  for (const auto& [name, node] : w.nodes) CHECK(node->running());
  const std::size_t grown_kb = w.gateway.memory_kb();
  CAPTURE(exchange_kb);
  CAPTURE(grown_kb);
  CHECK(grown_kb < exchange_kb + exchange_growth_kb_max);
  CHECK(std::max(crowded_kb, w.fence->memory_kb()) < fence_kb_max);
  MESSAGE("fence " << fence_kb << " KB, with " << crowd_size << " silent connections " << crowded_kb
                   << " KB; exchange " << exchange_kb << " KB, after the attacks " << grown_kb
                   << " KB");
}

TEST_CASE("fence: a node whose exchange cannot prove its name sends it nothing") {
  if (!has_fence()) return;
  cluster_world w({"node-a", "node-b"});
  // As the fence of an exchange, with a node's certificate: whoever has one must not be taken for
  // it.
  const std::uint16_t false_port = free_port();
  const std::string own = w.pki() + "/nodes/node-c";
  const auto impostor =
      start_fence(w.folder("impostor.conf"),
                  {"exchange", "--listen", "127.0.0.1:" + std::to_string(false_port), "--to",
                   "127.0.0.1:" + std::to_string(w.port()), "--certificate", own + ".pem", "--key",
                   own + ".key", "--authority", w.pki() + "/ca.pem", "--allow", "node-a"});
  const std::uint16_t node_port = free_port();
  const std::string node = w.pki() + "/nodes/node-a";
  const auto fence = start_fence(
      w.folder("misled.conf"),
      {"node", "--listen", "127.0.0.1:" + std::to_string(node_port), "--to",
       "127.0.0.1:" + std::to_string(false_port), "--certificate", node + ".pem", "--key",
       node + ".key", "--authority", w.pki() + "/ca.pem", "--exchange", "exchange"});
  attack_plainly(node_port, "hello");
  CHECK(fence->errors().find("Subject checks failed") != std::string::npos);
  CHECK(impostor->errors().find("connected remote server") == std::string::npos);
}

TEST_CASE("fence: the script refuses what would let everybody in") {
  const auto words = [](std::vector<std::string> more) {
    std::vector<std::string> all = {
        "exchange", "--listen", "127.0.0.1:1", "--to", "127.0.0.1:2", "--certificate", "c",
        "--key",    "k",        "--authority", "a"};
    all.insert(all.end(), more.begin(), more.end());
    return started_program(WHORL_SOURCE_DIR "/script/fence", all).wait();
  };
  CHECK(words({}).code == 2);
  CHECK(words({"--allow", "*"}).code == 2);
  CHECK(words({"--allow", "a\nverifyChain = no"}).code == 2);
  CHECK(words({"--allow", "node-a", "--exchange", "x"}).code == 2);
  const outcome well = words({"--allow", "node-a", "--allow", "node-b"});
  CHECK(well.code == 0);
  CHECK(well.out.find("\nverifyChain = yes\ncheckHost = node-a\ncheckHost = node-b\n") !=
        std::string::npos);
}

TEST_CASE("fence: a node may open as many files as the system lets it") {
  const cluster_world w;
  const std::string config = w.node_file("node-a", w.pki(), w.port());
  started_program node(
      "sh", {"-c", "ulimit -Sn 256 && exec " WHORL_PROGRAM " --json node --config " + config});
  CHECK(node.first_line()["event"] == "started");
  rlimit now{};
  REQUIRE(prlimit(node.process(), RLIMIT_NOFILE, nullptr, &now) == 0);
  CHECK(now.rlim_cur == now.rlim_max);
}
